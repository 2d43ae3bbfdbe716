import { realpath } from "node:fs/promises";
import {
  abortedError,
  describeError,
  findProgram,
  isWinvmError,
  runProgram,
  startProcess,
  withDeadline,
  type WaitOptions,
} from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import { lastWords } from "../process/last-words.ts";
import { connectQmp } from "../qmp/connect.ts";
import { cachedFeatures, keepFeatures, type BinaryStamp, stampOf } from "./cache.ts";
import { executableOf } from "./executable.ts";
import type { QemuFeatures } from "./features.ts";
import { parseNetdevHelp, readSchema } from "./schema.ts";

/** Where {@link detectFeatures} looks. */
export interface DetectOptions extends WaitOptions {
  /** A program's name or path; `qemu-system-x86_64` when absent. */
  readonly binary?: string | undefined;
  /**
   * Keeps the answers across processes. An entry holds for a binary's path, size, times and inode, and for those of the
   * program that it starts where it is a script, so an update of QEMU is noticed.
   */
  readonly cacheFile?: string | undefined;
}

/** The QEMU that is used when none is named. */
export const defaultBinary = "qemu-system-x86_64";

/** The hint where QEMU is missing. */
export const installHint = "apt install qemu-system-x86 (or put another QEMU's directory on PATH)";

/** One question that all wait for who ask the same; it ends with its answer, or when the last one has stopped waiting. */
interface Probe {
  readonly answer: Promise<QemuFeatures>;
  readonly nobodyWaits: AbortController;
  waiting: number;
}

const known = new Map<string, Probe>();

/** Milliseconds when the caller sets no limit. */
const answerLimitMs = 10_000;

/**
 * What a QEMU can do. It is started once, without a machine, and asked; the answer is kept for the life of this
 * process, and in `cacheFile` beyond it. Who asks while it is being asked waits for the same answer, as long as he likes.
 *
 * @throws {QemuError} `QEMU_FEATURES_UNKNOWN` when there is no such program, or it does not answer (within 10 s when there is
 *   no `timeoutMs`); RuntimeError `RUNTIME_ABORTED`.
 */
export async function detectFeatures(options: DetectOptions = {}): Promise<QemuFeatures> {
  const { signal, timeoutMs = answerLimitMs } = options;
  const stamp = await findBinary(options.binary ?? defaultBinary);
  const asked = `ask ${stamp.path} what it can do`;
  if (signal?.aborted) throw abortedError(asked, signal);
  const key = JSON.stringify(stamp);
  const probe = known.get(key) ?? begin(key, stamp, options.cacheFile);
  probe.waiting += 1;
  try {
    return await withDeadline(asked, () => probe.answer, { signal, timeoutMs });
  } catch (error) {
    if (!isWinvmError(error) || error.code !== "RUNTIME_TIMEOUT") throw error;
    throw unknown(asked, stamp.path, error);
  } finally {
    probe.waiting -= 1;
    if (probe.waiting === 0) probe.nobodyWaits.abort();
  }
}

function begin(key: string, stamp: BinaryStamp, cacheFile: string | undefined): Probe {
  const nobodyWaits = new AbortController();
  const { signal } = nobodyWaits;
  const answer = lookUp(stamp, cacheFile, signal);
  const probe = { answer, nobodyWaits, waiting: 0 };
  known.set(key, probe);
  const forget = (): void => {
    if (known.get(key) === probe) known.delete(key);
  };
  // Who comes after the last one asks anew.
  signal.addEventListener("abort", forget);
  answer.then(() => signal.removeEventListener("abort", forget), forget);
  return probe;
}

async function lookUp(
  stamp: BinaryStamp,
  cacheFile: string | undefined,
  signal: AbortSignal,
): Promise<QemuFeatures> {
  const cached = await cachedFeatures(cacheFile, stamp);
  if (cached !== undefined) return cached;
  const features = await ask(stamp.path, signal);
  await keepFeatures(cacheFile, stamp, features);
  return features;
}

async function findBinary(binary: string): Promise<BinaryStamp> {
  const found = await findProgram(binary);
  if (found === undefined) {
    throw new QemuError({
      code: "QEMU_FEATURES_UNKNOWN",
      asked: `find ${binary}`,
      happened: "there is no such program",
      hint: installHint,
      data: { binary },
    });
  }
  return stampOf(await realpath(found));
}

async function ask(binary: string, signal: AbortSignal): Promise<QemuFeatures> {
  const asked = `ask ${binary} what it can do`;
  try {
    const [schema, netdevs] = await Promise.all([
      askByQmp(binary, asked, signal),
      runProgram(binary, ["-netdev", "help"], { signal, asked }),
    ]);
    return { binary, ...schema, netdevs: parseNetdevHelp(netdevs.stdout) };
  } catch (cause) {
    throw unknown(asked, binary, cause);
  }
}

function unknown(asked: string, binary: string, cause: unknown): QemuError {
  return new QemuError({
    code: "QEMU_FEATURES_UNKNOWN",
    asked,
    happened: describeError(cause),
    hint: `run \`${binary} --version\` and see what it says`,
    cause,
    data: { binary },
  });
}

async function askByQmp(
  binary: string,
  asked: string,
  wait: AbortSignal,
): Promise<Omit<QemuFeatures, "binary" | "netdevs">> {
  await using stack = new AsyncDisposableStack();
  const child = stack.use(
    await startProcess({
      name: "qemu (features)",
      file: binary,
      args: [
        ["-machine", "none", "-nodefaults", "-no-user-config", "-display", "none"],
        ["-chardev", "socket,id=qmp,fd=3", "-mon", "chardev=qmp,mode=control"],
      ].flat(),
      channels: 1,
      missingHint: installHint,
    }),
  );
  const [channel] = child.channels;
  if (channel === undefined) throw new TypeError("one channel was asked for");
  // Awaited here: the process must not be disposed of before it has answered.
  return await child
    .whileAlive(
      asked,
      async (signal) => {
        const qmp = stack.use(await connectQmp(channel, { signal }));
        const [schema, machines, devices, file, options, kvm] = await Promise.all([
          qmp.execute("query-qmp-schema", {}, { signal }),
          qmp.execute("query-machines", {}, { signal }),
          qmp.execute("qom-list-types", { implements: "device", abstract: false }, { signal }),
          qmp.execute("qom-list-properties", { typename: "memory-backend-file" }, { signal }),
          qmp.execute("query-command-line-options", {}, { signal }),
          qmp.execute("query-kvm", {}, { signal }),
        ]);
        const { major, minor, micro } = qmp.greeting.version.qemu;
        const build = qmp.greeting.version.package;
        const executable = await executableOf(child.pid, binary);
        await qmp.execute("quit", {}, { signal }).catch(() => {});
        return {
          ...readSchema(schema),
          executable,
          version: `${major}.${minor}.${micro}${build === "" ? "" : ` (${build})`}`,
          machineTypes: machines
            .map(({ name, alias }) => (alias === undefined ? { name } : { name, alias }))
            .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
          devices: devices.map(({ name }) => name).toSorted(),
          sandbox: options.some(({ option }) => option === "sandbox"),
          kvm: kvm.present,
          templateReadOnly: file.some(({ name }) => name === "rom"),
        };
      },
      { signal: wait },
    )
    .catch(async (cause: unknown) => {
      const words = await lastWords(child, cause);
      throw words === undefined ? cause : new Error(words, { cause });
    });
}
