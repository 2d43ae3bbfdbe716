import { setTimeout as delay } from "node:timers/promises";
import { isWinvmError, type OwnedProcess } from "@winvm/runtime";
import { QemuError } from "../errors.ts";

/** How long a process may take to end after it closed its connection. */
const endingMs = 2000;

/**
 * What a failed step says, in QEMU's own words where QEMU has ended: then the connection breaks first, and the reason
 * is what QEMU printed. Undefined for failures that are no matter of QEMU (a wait that ended, a cancelled one).
 */
export async function lastWords(child: OwnedProcess, cause: unknown): Promise<string | undefined> {
  if (!isWinvmError(cause)) return undefined;
  const closed = cause.code === "QEMU_QMP_CLOSED" || cause.code === "QEMU_QMP_NO_GREETING";
  if (cause.code !== "RUNTIME_PROCESS_EXITED" && !closed) {
    return cause instanceof QemuError ? cause.happened : undefined;
  }
  return (await endingWords(child)) ?? cause.happened;
}

/** How a process ends that is about to, and what it printed; undefined where it lives on. */
export async function endingWords(child: OwnedProcess): Promise<string | undefined> {
  const limit = new AbortController();
  const over = delay(endingMs, undefined, { signal: limit.signal }).catch(() => undefined);
  try {
    const exit = await Promise.race([child.exited, over]);
    if (exit === undefined) return undefined;
    await Promise.race([ended(child), over]);
    const output = child.recentOutput().trim();
    const end = `QEMU ended with ${exit.signal ?? `code ${exit.code}`}`;
    return output === "" ? end : `${end}: ${output.slice(-2000)}`;
  } finally {
    limit.abort();
  }
}

/** All that it printed has been read. */
async function ended({ stderr }: OwnedProcess): Promise<void> {
  if (stderr.readableEnded || stderr.destroyed) return;
  await new Promise<void>((resolve) => stderr.once("close", () => resolve()));
}
