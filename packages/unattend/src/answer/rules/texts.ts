import type { Fault } from "@winvm/runtime";
import type { AnswerDialect } from "../../catalogue/profile.ts";
import { isXmlCharacter } from "../xml.ts";

/** A fault unless the value has the form. */
export function matches(path: string, value: string, form: RegExp, expected: string): Fault[] {
  return form.test(value) ? [] : [{ path, expected, value }];
}

/** Faults unless the value is one line, not empty, not too long in UTF-16 units, of characters that the file can carry. */
export function lineOfText(
  path: string,
  value: string,
  { maxLength, dialect }: { readonly maxLength: number; readonly dialect: AnswerDialect },
): Fault[] {
  const faults: Fault[] = [];
  if (value.length === 0 || value.length > maxLength) {
    const expected = `1 to ${maxLength} UTF-16 units`;
    faults.push({ path, expected, value, hint: `it has ${value.length}` });
  }
  if (value.length > 0 && value.trim() === "") {
    // Readers of XML drop white space that stands alone: Setup would see nothing.
    faults.push({ path, expected: "something besides blanks", value });
  }
  if (dialect === "sif" && !/^[\x20-\x7e]*$/.test(value)) {
    const hint = "text-mode Setup reads winnt.sif before it knows of other characters";
    faults.push({ path, expected: "one line of printable ASCII characters", value, hint });
  }
  if (dialect === "xml" && !isLine(value)) {
    faults.push({ path, expected: "one line of characters that XML can carry", value });
  }
  return faults;
}

function isLine(value: string): boolean {
  return Array.from(value).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x20 && code !== 0x7f && isXmlCharacter(code);
  });
}
