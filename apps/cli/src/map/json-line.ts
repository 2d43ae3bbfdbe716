import type { Session } from "../session/session.ts";

/** Writes an object as a line of standard output. */
export function writeJsonLine({ stdout }: Session, value: object): Promise<void> {
  return stdout.write(`${JSON.stringify(value)}\n`);
}
