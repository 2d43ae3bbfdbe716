import { readlink, realpath, stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  describeError,
  findProgram,
  runProgram,
  startProcess,
  type WaitOptions,
} from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import { lastWords } from "../process/last-words.ts";
import { connectQmp } from "../qmp/connect.ts";
import { cachedFeatures, keepFeatures, type BinaryStamp, stampOf } from "./cache.ts";
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

const known = new Map<string, Promise<QemuFeatures>>();

/**
 * What a QEMU can do. It is started once, without a machine, and asked; the answer is kept for the life of this
 * process, and in `cacheFile` beyond it.
 *
 * @throws {QemuError} `QEMU_FEATURES_UNKNOWN` when there is no such program, or it does not answer (10 s)
 */
export async function detectFeatures(options: DetectOptions = {}): Promise<QemuFeatures> {
  const stamp = await findBinary(options.binary ?? defaultBinary);
  const key = JSON.stringify(stamp);
  let answer = known.get(key);
  if (answer === undefined) {
    answer = lookUp(stamp, options);
    known.set(key, answer);
    answer.catch(() => known.delete(key));
  }
  return answer;
}

async function lookUp(stamp: BinaryStamp, options: DetectOptions): Promise<QemuFeatures> {
  const cached = await cachedFeatures(options.cacheFile, stamp);
  if (cached !== undefined) return cached;
  const features = await ask(stamp.path, options);
  await keepFeatures(options.cacheFile, stamp, features);
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

async function ask(binary: string, wait: WaitOptions): Promise<QemuFeatures> {
  const asked = `ask ${binary} what it can do`;
  const limits = { ...wait, timeoutMs: wait.timeoutMs ?? 10_000 };
  try {
    const [schema, netdevs] = await Promise.all([
      askByQmp(binary, asked, limits),
      runProgram(binary, ["-netdev", "help"], { ...limits, asked }),
    ]);
    return { binary, ...schema, netdevs: parseNetdevHelp(netdevs.stdout) };
  } catch (cause) {
    throw new QemuError({
      code: "QEMU_FEATURES_UNKNOWN",
      asked,
      happened: describeError(cause),
      hint: `run \`${binary} --version\` and see what it says`,
      cause,
      data: { binary },
    });
  }
}

async function askByQmp(
  binary: string,
  asked: string,
  wait: WaitOptions,
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
      wait,
    )
    .catch(async (cause: unknown) => {
      const words = await lastWords(child, cause);
      throw words === undefined ? cause : new Error(words, { cause });
    });
}

/**
 * The program that a process runs; `binary` where that is no QEMU (a script that waits for one, a loader) or not the file of
 * that name here (another mount namespace, a file that was replaced meanwhile).
 */
async function executableOf(pid: number, binary: string): Promise<string> {
  try {
    const link = `/proc/${pid}/exe`;
    const path = await readlink(link);
    const [here, there] = await Promise.all([stat(path), stat(link)]);
    const same = here.dev === there.dev && here.ino === there.ino;
    return same && basename(path).includes("qemu") ? path : binary;
  } catch {
    return binary;
  }
}
