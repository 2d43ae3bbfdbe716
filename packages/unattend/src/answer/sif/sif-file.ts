import { UnattendError } from "../../errors.ts";

/** A section of winnt.sif: its name, and keys with what stands behind their `=`. */
export interface SifSection {
  readonly name: string;
  /** Values as they are written: {@link quotedSif} for texts. */
  readonly keys: Readonly<Record<string, string>>;
}

/** The file as text: ASCII, sections with a blank line between them, lines ended by CR LF. */
export function renderSif(sections: readonly SifSection[]): string {
  const lines = sections.flatMap(({ name, keys }) => [
    `[${name}]`,
    ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`),
    "",
  ]);
  return lines.map((line) => `${line}\r\n`).join("");
}

/**
 * A text as a quoted value: `"` is doubled, and `%`, which would begin a name from the section Strings.
 *
 * @throws UnattendError `UNATTEND_SIF_INVALID`: a character that is not printable ASCII.
 */
export function quotedSif(text: string): string {
  const stray = /[^\x20-\x7e]/.exec(text)?.[0];
  if (stray !== undefined) {
    const point = `U+${(stray.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    throw new UnattendError({
      code: "UNATTEND_SIF_INVALID",
      asked: "write winnt.sif",
      happened: `winnt.sif cannot carry the character ${point}`,
      hint: "use printable ASCII characters",
      data: { text, point },
    });
  }
  return `"${text.replaceAll("%", "%%").replaceAll('"', '""')}"`;
}
