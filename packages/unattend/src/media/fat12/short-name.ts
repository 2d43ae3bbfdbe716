/** A name in the old form, 8 characters and 3. */
export interface ShortName {
  /** 11 bytes, padded with spaces. */
  readonly bytes: string;
  /** Bits for "the name is in small letters" (8) and "the extension is" (16), which Windows NT understands. */
  readonly caseBits: number;
  /** Whether the name needs entries with its long form before this one. */
  readonly needsLongName: boolean;
}

const shortForm = /^([A-Z0-9!#$%&'()@^_`{}~-]{1,8})(?:\.([A-Z0-9!#$%&'()@^_`{}~-]{1,3}))?$/;

/** The short name of a long one, different from all that are taken. */
export function shortName(name: string, taken: ReadonlySet<string>): ShortName {
  const [, base, extension = ""] = shortForm.exec(name.toUpperCase()) ?? [];
  const fits = base !== undefined && /^[\u0020-\u007e]+$/.test(name);
  const bytes = fits ? pad(base, extension) : undefined;
  if (bytes !== undefined && !taken.has(bytes)) {
    const dot = name.lastIndexOf(".");
    const parts = dot === -1 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
    const [small, mixed] = [parts.map(isSmall), parts.map(isMixed)];
    const caseBits = (small[0] ? 8 : 0) | (small[1] ? 16 : 0);
    return mixed.includes(true)
      ? { bytes, caseBits: 0, needsLongName: true }
      : { bytes, caseBits, needsLongName: false };
  }
  return { bytes: numbered(name, taken), caseBits: 0, needsLongName: true };
}

/** The check sum that ties long-name entries to their short one. */
export function shortNameChecksum(bytes: string): number {
  let sum = 0;
  for (const byte of Buffer.from(bytes, "latin1"))
    sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  return sum;
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf(".");
  const base = clean(dot > 0 ? name.slice(0, dot) : name);
  const extension = dot > 0 ? clean(name.slice(dot + 1)).slice(0, 3) : "";
  for (let number = 1; ; number += 1) {
    const tail = `~${number}`;
    const bytes = pad(base.slice(0, 8 - tail.length) + tail, extension);
    if (!taken.has(bytes)) return bytes;
  }
}

function clean(part: string): string {
  return part
    .toUpperCase()
    .replaceAll(/[ .]/g, "")
    .replaceAll(/[^A-Z0-9!#$%&'()@^_`{}~-]/g, "_");
}

function pad(base: string, extension: string): string {
  return base.padEnd(8) + extension.padEnd(3);
}

function isSmall(part: string): boolean {
  return /[a-z]/.test(part) && !/[A-Z]/.test(part);
}

function isMixed(part: string): boolean {
  return /[a-z]/.test(part) && /[A-Z]/.test(part);
}
