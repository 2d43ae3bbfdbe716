import type { Controller } from "@winvm/controller";
import { describeError, poll } from "@winvm/runtime";
import type { Share } from "@winvm/xchg";

/** An SMB client closes what it has read a moment later than the program that read it. */
const patienceMs = 20_000;

/**
 * Unmounts the shares in the controller as soon as nobody uses them.
 *
 * @throws Error that says what to do about a process that goes on using one.
 */
export async function letGoOfShares(
  controller: Controller,
  shares: readonly Share[],
  signal: AbortSignal,
): Promise<void> {
  let last: unknown;
  const tags = shares.map(({ tag }) => tag);
  try {
    await poll(
      "let go of the shares",
      async (_attempt, inner) => {
        try {
          await controller.unmountShares(tags, { signal: inner });
          return true;
        } catch (error) {
          last = error;
          return undefined;
        }
      },
      { signal, timeoutMs: patienceMs, intervalMs: 500 },
    );
  } catch (error) {
    if (signal.aborted || last === undefined) throw error;
    throw new Error(
      `what the command has left running uses a share (${describeError(last)}): it needs its directory and open files on a disk of its own, such as C:`,
      { cause: error },
    );
  }
}
