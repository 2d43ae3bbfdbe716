import { randomInt } from "node:crypto";

// Letters and digits that cannot be mistaken for one another; none needs quoting in cmd, sh, XML or smb.conf.
const classes = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789"] as const;
const alphabet = classes.join("");
const length = 14;

/**
 * A new random password for an account in the guest: 14 characters (with more, `net user` stops and asks whether
 * systems before Windows 2000 matter), with capital letters, small letters and digits, so that Windows' complexity
 * rule takes it; about 80 bits.
 */
export function createSmbPassword(): string {
  const required = classes.map(pick);
  const rest = Array.from({ length: length - required.length }, () => pick(alphabet));
  return shuffle([...required, ...rest]).join("");
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffle(items: readonly string[]): string[] {
  const shuffled: string[] = [];
  for (const item of items) shuffled.splice(randomInt(shuffled.length + 1), 0, item);
  return shuffled;
}
