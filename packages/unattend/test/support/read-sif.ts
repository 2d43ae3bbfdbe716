/** Sections with their keys, in the order of the file. */
export type ReadSif = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Reads what we write in winnt.sif: a section, a key and one value a line; throws for anything else. */
export function readSif(text: string): ReadSif {
  const file: Record<string, Record<string, string>> = {};
  let section: Record<string, string> | undefined;
  for (const line of text.split("\r\n")) {
    if (line === "") continue;
    const name = /^\[([^[\]]+)\]$/.exec(line)?.[1];
    if (name !== undefined) {
      if (file[name] !== undefined) throw new Error(`${name} is there twice`);
      section = {};
      file[name] = section;
      continue;
    }
    const [, key, value] = /^(\w+) = (.+)$/.exec(line) ?? [];
    if (section === undefined || key === undefined || value === undefined) throw new Error(line);
    if (section[key] !== undefined) throw new Error(`${key} is there twice`);
    section[key] = readSifValue(value);
  }
  return file;
}

/** A value as it is meant: bare, where nothing in it is special, or quoted. */
export function readSifValue(written: string): string {
  if (!written.startsWith('"')) {
    if (/[\s",;#%]/.test(written)) throw new Error(`needs quotes: ${written}`);
    return written;
  }
  if (!/^"(?:[^"%]|""|%%)*"$/.test(written)) throw new Error(`badly quoted: ${written}`);
  return written.slice(1, -1).replaceAll('""', '"').replaceAll("%%", "%");
}
