import { passNames } from "../answer/document.ts";
import type { PassName } from "../answer/document.ts";

/** A letter for each pass, in the order of {@link passNames}; `l` is oobeSystem, the first logon. */
const letters = "wogsaul";

/** Passes as letters, in the order in which they run. */
export function passLetters(passes: readonly PassName[]): string {
  return passNames.map((name, at) => (passes.includes(name) ? letters.charAt(at) : "")).join("");
}

/** The passes that letters stand for. */
export function readPassLetters(text: string): PassName[] {
  return passNames.filter((_, at) => text.includes(letters.charAt(at)));
}
