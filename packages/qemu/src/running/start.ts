import { open, rm } from "node:fs/promises";
import {
  describeError,
  startProcess,
  traced,
  withDeadline,
  type OwnedProcess,
} from "@winvm/runtime";
import { machineArgv } from "../argv/machine-argv.ts";
import { QemuError } from "../errors.ts";
import { defaultBinary, detectFeatures, installHint } from "../features/detect.ts";
import { resolveMachineType } from "../features/machine-type.ts";
import type { Machine } from "../machine/machine.ts";
import { requireValidMachine } from "../machine/validate.ts";
import { connectQmp } from "../qmp/connect.ts";
import { requireUsableFiles } from "./files.ts";
import { lastWords } from "../process/last-words.ts";
import { loadState, stateUri } from "./load.ts";
import { OwnedMachine } from "./owned-machine.ts";
import type { RunningMachine, StartOptions } from "./running-machine.ts";

/** QEMU answers within a tenth of a second; more is a machine under heavy load, much more a hang. */
const defaultTimeoutMs = 30_000;

/** To undo a start takes as long as to end a process; more is a file system that does not answer. */
const undoLimitMs = 10_000;

/**
 * Starts a machine. It is ready when this returns: QMP is negotiated and the guest runs; with `paused` it stands at
 * its first instruction; with `stateIn` it is loaded and stands where it was saved, until `resume()`.
 *
 * The process inherits all that it is to talk through: there are no socket files and no ports, and it dies with its
 * owner, whatever the way.
 *
 * @throws {QemuError} `QEMU_MACHINE_INVALID`, `QEMU_FILES_UNUSABLE`, `QEMU_START_FAILED`, `QEMU_REVIVE_FAILED`;
 *   `RuntimeError` where the wait ended or QEMU is missing
 */
export async function startMachine(
  machine: Machine,
  options: StartOptions = {},
): Promise<RunningMachine> {
  const asked = `start the machine ${machine.name}`;
  const binary = options.binary ?? defaultBinary;
  const wait = { signal: options.signal, timeoutMs: options.timeoutMs ?? defaultTimeoutMs };
  let starting: Promise<RunningMachine> | undefined;
  const start = async (signal: AbortSignal): Promise<RunningMachine> => {
    const features =
      options.features ??
      (await detectFeatures({ binary, cacheFile: options.featuresCacheFile, signal }));
    requireValidMachine(machine, features);
    const machineType = resolveMachineType(machine.machineType, features);
    const pinned: Machine = { ...machine, machineType };
    const name = `QEMU (${pinned.name})`;
    const step = <T>(what: string, work: () => Promise<T>): Promise<T> =>
      traced(() => ({ group: name, lane: "process", name: what }), work);
    await step("look at its files", () => requireUsableFiles(pinned, features, options));

    await using undo = new AsyncDisposableStack();
    await makeTemplate(pinned, undo);
    // Open from here on, whatever happens to the name.
    const state = options.stateIn === undefined ? undefined : await open(options.stateIn, "r");
    const layout = {
      qmpFd: 3,
      portFds: pinned.ports.map((_, index) => 4 + index),
      incoming: state !== undefined,
    };
    const stateFd = 4 + pinned.ports.length;
    const spawned = performance.now();
    let child: OwnedProcess;
    try {
      child = undo.use(
        await startProcess({
          name,
          file: binary,
          args: machineArgv(pinned, layout, features),
          channels: 1 + pinned.ports.length,
          inheritFds: state === undefined ? [] : [state.fd],
          outputFile: options.outputFile,
          missingHint: installHint,
        }),
      );
    } finally {
      await state?.close();
    }
    const connect = async (alive: AbortSignal): Promise<OwnedMachine> => {
      const [channel, ...ports] = child.channels;
      if (channel === undefined) throw new TypeError("the first channel is QMP's");
      const qmp = await connectQmp(channel, { name, signal: alive });
      return new OwnedMachine({ machine: pinned, features, child, qmp, ports, spawned, options });
    };
    const running = await step("until it answers", () =>
      child.whileAlive(asked, connect, { signal }),
    ).catch(async (cause: unknown) => {
      throw await startFailure(asked, child, cause);
    });
    if (options.stateIn !== undefined) {
      await step("load the state", () =>
        loadState(running, stateUri(stateFd, features), { signal }),
      );
      running.mark("loadedMs");
    } else if (options.paused !== true) {
      await running.resume({ signal });
    }
    running.mark("readyMs");
    undo.move();
    return running;
  };
  try {
    return await withDeadline(asked, (signal) => (starting = start(signal)), wait);
  } catch (error) {
    // The deadline rejects at once; what it has cut short is to be undone when that is told.
    const undone = starting?.then(
      (late) => late[Symbol.asyncDispose](),
      () => {},
    );
    if (undone !== undefined)
      await withDeadline(`undo it: ${asked}`, () => undone, { timeoutMs: undoLimitMs }).catch(
        () => {},
      );
    throw error;
  }
}

/** The RAM of a machine that will be saved: a new file, for its owner only. */
async function makeTemplate(machine: Machine, undo: AsyncDisposableStack): Promise<void> {
  const { memory, memoryBytes, name } = machine;
  if (memory.kind !== "template" || memory.mode !== "save") return;
  try {
    const handle = await open(memory.file, "wx", 0o600);
    undo.defer(() => rm(memory.file, { force: true }));
    try {
      await handle.truncate(memoryBytes);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new QemuError({
      code: "QEMU_FILES_UNUSABLE",
      asked: `make the RAM template of ${name}`,
      happened: describeError(cause),
      hint: "give the name of a new file on a file system with room for it",
      cause,
      data: { file: memory.file },
    });
  }
}

/** The end of QEMU before it was ready is told with its own words; the rest goes on as it is. */
async function startFailure(asked: string, child: OwnedProcess, cause: unknown): Promise<unknown> {
  const happened = await lastWords(child, cause);
  if (happened === undefined) return cause;
  return new QemuError({
    code: "QEMU_START_FAILED",
    asked,
    happened,
    hint: hintFor(happened),
    cause,
    data: { command: child.command },
  });
}

function hintFor(output: string): string {
  if (/lock/.test(output)) return "end the other machine that uses the disk";
  if (/cannot set up guest memory|Cannot allocate memory/.test(output)) {
    return "give the machine less memory, or free some";
  }
  if (/[Cc]ould not access KVM|failed to initialize kvm/.test(output)) {
    return "use the accelerator that chooseAccelerator() finds";
  }
  return "QEMU's own words say what it minds";
}
