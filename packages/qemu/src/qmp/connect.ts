import type { Duplex } from "node:stream";
import { describeError, isWinvmError, withDeadline, type WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import { Session, type QmpSession } from "./session.ts";

/** How {@link connectQmp} connects. */
export interface ConnectQmpOptions extends WaitOptions {
  /** Whose QMP it is, in a trace; `QEMU` when absent. */
  readonly name?: string | undefined;
}

/** How long QEMU may take to greet and to negotiate, in milliseconds, where the caller says nothing. */
export const GREETING_LIMIT = 10_000;

/**
 * Opens a QMP session on a connected stream, such as the inherited socket of `-chardev socket,id=qmp,fd=3
 * -mon chardev=qmp,mode=control`. The session owns the stream: it is destroyed when this fails, and when the session
 * ends.
 *
 * QEMU serves one client at a time and lets the next one wait without a word: so the greeting has a limit even
 * though the stream is connected.
 *
 * @param stream any connected duplex stream, from which nothing has been read yet
 * @param wait `timeoutMs` is 10,000 when absent
 * @throws {QemuError} `QEMU_QMP_NO_GREETING`, `QEMU_QMP_COMMAND_FAILED`
 * @throws {RuntimeError} `RUNTIME_ABORTED`
 */
export async function connectQmp(
  stream: Duplex,
  { name, ...wait }: ConnectQmpOptions = {},
): Promise<QmpSession> {
  const asked = "begin a QMP session";
  const session = new Session(stream, name);
  const timeoutMs = wait.timeoutMs ?? GREETING_LIMIT;
  try {
    await withDeadline(asked, () => session.negotiate(), { ...wait, timeoutMs });
    return session;
  } catch (cause) {
    await session.close();
    if (isWinvmError(cause) && !isSilence(cause.code)) throw cause;
    throw new QemuError({
      code: "QEMU_QMP_NO_GREETING",
      asked,
      happened: isWinvmError(cause) ? cause.happened : describeError(cause),
      hint: "is this a monitor in control mode, is QEMU alive, and is no other client connected to it?",
      cause,
      data: { timeoutMs },
    });
  }
}

function isSilence(code: string): boolean {
  return code === "RUNTIME_TIMEOUT" || code === "QEMU_QMP_CLOSED";
}
