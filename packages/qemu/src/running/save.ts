import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { describeError, isWinvmError, type WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import { lastWords } from "../process/last-words.ts";
import { isFinal, setTemplateCapabilities } from "./load.ts";
import type { RunningMachine, SaveReport } from "./running-machine.ts";

/** Bytes per second; QEMU's default would throttle a stream that goes nowhere but to a local file. */
const unlimited = 2 ** 43;

/** sun_path of unix(7), with the final zero. */
const longestSocketPath = 107;

/**
 * Writes the device state of a paused machine to a file.
 *
 * The state goes through a socket in a private directory that lives for this moment only: QEMU 7.2 takes a number of
 * an inherited descriptor for loading, but for saving only one that was sent to it by SCM_RIGHTS, which Node can't
 * do; and its sandbox forbids `exec:`.
 */
export async function saveState(
  machine: Pick<RunningMachine, "machine" | "process" | "qmp">,
  file: string,
  wait: WaitOptions,
): Promise<SaveReport> {
  const { qmp, process } = machine;
  const asked = `save the machine ${machine.machine.name}`;
  const started = performance.now();
  try {
    return await process.whileAlive(
      asked,
      async (signal) => {
        await refuseIfBlocked(machine, asked, signal);
        await setTemplateCapabilities(qmp, { signal });
        await qmp.execute("migrate-set-parameters", { "max-bandwidth": unlimited }, { signal });
        await using stack = new AsyncDisposableStack();
        const directory = await mkdtemp(join(tmpdir(), "winvm-"));
        stack.defer(() => rm(directory, { recursive: true, force: true }));
        const socketPath = join(directory, "s");
        requireShort(asked, socketPath);
        const { received } = await listen(socketPath, file, stack, signal);
        const end = qmp.nextEvent("MIGRATION", { signal, where: (data) => isFinal(data.status) });
        await qmp.execute("migrate", { uri: `unix:${socketPath}` }, { signal });
        const { status } = (await end).data;
        if (status !== "completed") {
          await rm(file, { force: true });
          const info = await qmp.execute("query-migrate", {}, { signal });
          throw saveFailure(asked, `it ended as ${status}: ${info["error-desc"] ?? "no reason"}`);
        }
        const bytes = await received;
        return { bytes, elapsedMs: Math.round(performance.now() - started) };
      },
      { signal: wait.signal, timeoutMs: wait.timeoutMs ?? 60_000 },
    );
  } catch (cause) {
    if (cause instanceof QemuError && cause.code.startsWith("QEMU_SAVE_")) throw cause;
    if (isWinvmError(cause)) {
      const happened = await lastWords(process, cause);
      if (happened === undefined) throw cause;
      throw saveFailure(asked, happened, cause);
    }
    throw saveFailure(asked, describeError(cause), cause);
  }
}

async function refuseIfBlocked(
  { qmp }: Pick<RunningMachine, "qmp">,
  asked: string,
  signal: AbortSignal,
): Promise<void> {
  const reasons = (await qmp.execute("query-migrate", {}, { signal }))["blocked-reasons"] ?? [];
  if (reasons.length === 0) return;
  throw new QemuError({
    code: "QEMU_SAVE_BLOCKED",
    asked,
    happened: reasons.join("; "),
    hint: reasons.some((reason) => reason.includes("VirtFS"))
      ? "unmount the 9p shares in the guest first"
      : "leave out the device that is named",
    data: { reasons },
  });
}

/** Accepts one connection and writes all that it brings to the file; `received` gives the number of bytes. */
async function listen(
  socketPath: string,
  file: string,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<{ readonly received: Promise<number> }> {
  const server = createServer();
  stack.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  const received = new Promise<Socket>((resolve) => server.once("connection", resolve)).then(
    async (socket) => {
      stack.defer(() => void socket.destroy());
      const sink = createWriteStream(file, { flags: "wx", mode: 0o600 });
      try {
        await pipeline(socket, sink, { signal });
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
      return sink.bytesWritten;
    },
  );
  received.catch(() => {});
  return { received };
}

function requireShort(asked: string, socketPath: string): void {
  if (Buffer.byteLength(socketPath) <= longestSocketPath) return;
  throw saveFailure(
    asked,
    `the path ${socketPath} is too long for a socket; set TMPDIR to a short one`,
  );
}

function saveFailure(asked: string, happened: string, cause?: unknown): QemuError {
  return new QemuError({
    code: "QEMU_SAVE_FAILED",
    asked,
    happened,
    hint: "end the machine: QEMU can't save it a second time",
    cause,
  });
}
