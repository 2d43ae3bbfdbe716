import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
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

/** A save whose machine need only be stopped; disposal undoes it, and does nothing after `write`. */
export interface PreparedSave extends AsyncDisposable {
  /** Writes the device state of the machine, which is paused by now. Once. */
  write(wait: WaitOptions): Promise<SaveReport>;
}

/**
 * Makes ready what a save needs, while the machine still runs: it is not to stand still for longer than the writing takes.
 *
 * The state goes through a socket in a private directory that lives for this moment only: QEMU 7.2 takes a number of
 * an inherited descriptor for loading, but for saving only one that was sent to it by SCM_RIGHTS, which Node can't
 * do; and its sandbox forbids `exec:`.
 */
export async function prepareSave(
  machine: SavingMachine,
  file: string,
  wait: WaitOptions,
): Promise<PreparedSave> {
  const { qmp } = machine;
  return whileAlive(machine, wait, async (signal, asked) => {
    await refuseIfBlocked(machine, asked, signal);
    await setTemplateCapabilities(qmp, { signal });
    await qmp.execute("migrate-set-parameters", { "max-bandwidth": unlimited }, { signal });
    await using undo = new AsyncDisposableStack();
    const owned = undo.use(new AsyncDisposableStack());
    const directory = await mkdtemp(join(tmpdir(), "winvm-"));
    owned.defer(() => rm(directory, { recursive: true, force: true }));
    const socketPath = join(directory, "s");
    requireShort(asked, socketPath);
    const state = await makeStateFile(asked, file, owned);
    const listening = await listen(socketPath, state.handle, owned);
    // Who has stopped waiting would never end it.
    signal.throwIfAborted();
    undo.move();
    return {
      async write(limits) {
        await using _owned = owned;
        const report = await writeState(machine, listening, limits);
        state.whole = true;
        return report;
      },
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  });
}

type SavingMachine = Pick<RunningMachine, "machine" | "process" | "qmp">;

interface Listening {
  readonly socketPath: string;
  /** Settles with the number of bytes when the file is complete. */
  readonly received: Promise<number>;
}

function writeState(
  machine: SavingMachine,
  { socketPath, received }: Listening,
  wait: WaitOptions,
): Promise<SaveReport> {
  const { qmp } = machine;
  const started = performance.now();
  return whileAlive(machine, wait, async (signal, asked) => {
    const end = qmp.nextEvent("MIGRATION", { signal, where: (data) => isFinal(data.status) });
    await qmp.execute("migrate", { uri: `unix:${socketPath}` }, { signal });
    const { status } = (await end).data;
    if (status !== "completed") {
      const info = await qmp.execute("query-migrate", {}, { signal });
      throw saveFailure(asked, `it ended as ${status}: ${info["error-desc"] ?? "no reason"}`);
    }
    const bytes = await received;
    const elapsedMs = Math.round(performance.now() - started);
    return { bytes, elapsedMs, completedAtMs: Date.now() };
  });
}

/** Work on a save, whose failure is the save's. */
async function whileAlive<T>(
  { machine, process }: SavingMachine,
  wait: WaitOptions,
  work: (signal: AbortSignal, asked: string) => Promise<T>,
): Promise<T> {
  const asked = `save the machine ${machine.name}`;
  try {
    return await process.whileAlive(asked, (signal) => work(signal, asked), {
      signal: wait.signal,
      timeoutMs: wait.timeoutMs ?? 60_000,
    });
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

/**
 * Makes the file of the state, so that nobody else's is written or removed: one that is there is refused while the machine can
 * still be saved elsewhere. It goes with the stack unless it has become whole.
 */
async function makeStateFile(
  asked: string,
  file: string,
  stack: AsyncDisposableStack,
): Promise<{ readonly handle: FileHandle; whole: boolean }> {
  const handle = await open(file, "wx", 0o600).catch((cause: unknown) => {
    throw new QemuError({
      code: "QEMU_SAVE_NOT_POSSIBLE",
      asked,
      happened: `the file of its state can't be made: ${describeError(cause)}`,
      hint: "make room at `stateOut`, and save it again",
      cause,
      data: { file },
    });
  });
  const state = { handle, whole: false };
  stack.defer(async () => {
    await handle.close();
    if (!state.whole) await rm(file, { force: true });
  });
  return state;
}

/** Accepts one connection and writes all that it brings to the file; `received` gives the number of bytes. */
async function listen(
  socketPath: string,
  file: FileHandle,
  stack: AsyncDisposableStack,
): Promise<Listening> {
  const server = createServer();
  stack.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  const received = new Promise<Socket>((resolve) => server.once("connection", resolve)).then(
    async (socket) => {
      stack.defer(() => void socket.destroy());
      const sink = file.createWriteStream();
      await pipeline(socket, sink);
      return sink.bytesWritten;
    },
  );
  received.catch(() => {});
  return { socketPath, received };
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
