import type { Fault } from "@winvm/runtime";

/** As file names are, so that a name can be one. */
const pattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** What a key or the beginning of one looks like. */
export const keyPattern: RegExp = /^[0-9a-f]{4,32}$/;

/** Whether a text has the form of a state's name. It may still be a guest's, or be taken for a key. */
export function isStateName(text: string): boolean {
  return pattern.test(text);
}

/** What is wrong with a name for a state; nothing where it may be given. Pure. */
export function stateNameFaults(
  path: string,
  name: string,
  isGuest: (name: string) => boolean,
): readonly Fault[] {
  const expected = (what: string): readonly Fault[] => [{ path, expected: what, value: name }];
  if (!pattern.test(name)) {
    return expected(
      "1 to 64 small letters, digits, dots, dashes or underscores, a letter or digit first",
    );
  }
  if (isGuest(name)) return expected("a name that no guest has");
  if (keyPattern.test(name)) return expected("a name that can't be taken for a state's key");
  return [];
}
