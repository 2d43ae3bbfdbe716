import { setTimeout as sleep } from "node:timers/promises";
import type { LastWord, StandingOutput } from "@winvm/xchg";

/** For how long nothing may have come until it is taken for all: the guest's sshd sends what was said before in one go. */
const quietMs = 2000;
/** For how long what others still write is passed on at most. */
const longestMs = 10_000;
const lookMs = 250;

/**
 * Settles when a command has ended for sure, and its output has come, though its streams are open: what it has left running in
 * the background holds them, maybe for ever. Where there is no last word it never settles.
 *
 * @throws the signal's error.
 */
export async function afterLastWord(
  output: StandingOutput,
  errors: LastWord,
  signal: AbortSignal,
): Promise<void> {
  await errors.told;
  let heard = 0;
  let quiet = 0;
  for (let waited = 0; waited < longestMs && quiet < quietMs;) {
    await sleep(lookMs, undefined, { signal });
    // Whoever reads slowly gets all of it: what waits for him may hold back what is behind it.
    if (output.writableLength > 0 || errors.writableLength > 0) {
      quiet = 0;
      continue;
    }
    const now = output.received + errors.received;
    waited += lookMs;
    quiet = now === heard ? quiet + lookMs : 0;
    heard = now;
  }
}
