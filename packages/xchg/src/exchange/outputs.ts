import { chmod, lstat, mkdtemp, rename, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makeDirectories, removeTree, type Fault } from "@winvm/runtime";
import { throwFaults } from "../errors.ts";
import { exchangeFiles } from "../protocol/files.ts";
import { copyTree, type CopyRules, type TreeCount } from "../transfer/copy-tree.ts";
import { staysInside } from "../transfer/links.ts";
import { systemFault } from "../transfer/system-fault.ts";
import type { ExchangePlace } from "./place.ts";

/** What a job left. */
export type CollectedOutputs = Readonly<TreeCount>;

interface Collected {
  readonly count: CollectedOutputs;
  readonly faults: readonly Fault[];
}

const nothing: CollectedOutputs = { files: 0, directories: 0, links: 0, bytes: 0 };

/**
 * Copies `out/` to a directory of the host. One that does not exist appears whole, by a rename; into one that does,
 * each file comes whole. Links that a Linux SMB client stored as files become links again. Nothing is written outside
 * the directory, now or later through a link. A job that has removed `out/` has left nothing.
 *
 * @param umask - of whoever the outputs are for: directories that are made on the way to them obey it
 * @throws XchgError `XCHG_OUTPUTS_UNFIT` with a fault for each entry that was left out (a link that leads out, a
 *   device), all the others are there then; or with the one that kept all of them back. The signal's reason.
 */
export async function collectOutputs(
  place: ExchangePlace,
  directory: string,
  signal?: AbortSignal,
  umask: number = process.umask(),
): Promise<CollectedOutputs> {
  const target = resolve(directory);
  const source = join(place.directory, exchangeFiles.outputs);
  const collected = await collect(source, target, umask, signal).catch(
    (error: unknown): Collected => {
      signal?.throwIfAborted();
      return { count: nothing, faults: [systemFault(target, error)] };
    },
  );
  throwFaults("XCHG_OUTPUTS_UNFIT", `collect the outputs in ${target}`, collected.faults);
  return collected.count;
}

async function collect(
  source: string,
  target: string,
  umask: number,
  signal: AbortSignal | undefined,
): Promise<Collected> {
  const there = await stat(target).catch(() => lstat(target).catch(() => undefined));
  if (there !== undefined) {
    if (there.isDirectory()) return copyOutputs(source, target, signal);
    const fault = { path: target, expected: "a directory", value: "something else" };
    return { count: nothing, faults: [fault] };
  }
  await makeParents(dirname(target), umask);
  // Not with the target's name in it, which may be as long as a name can be.
  const temporary = await mkdtemp(join(dirname(target), ".winvm-"));
  try {
    const collected = await copyOutputs(source, temporary, signal);
    await chmod(temporary, 0o777 & ~umask);
    await rename(temporary, target);
    return collected;
  } finally {
    await removeTree(temporary);
  }
}

async function makeParents(directory: string, umask: number): Promise<void> {
  const mode = 0o777 & ~umask;
  const uppermost = await makeDirectories(directory, { mode });
  if (uppermost === undefined || umask === process.umask()) return;
  for (let made = directory; made.startsWith(uppermost); made = dirname(made)) {
    // A group's directory stays one.
    await chmod(made, mode | ((await stat(made)).mode & 0o2000));
  }
}

async function copyOutputs(
  source: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<Collected> {
  const stats = await lstat(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stats === undefined) return { count: nothing, faults: [] };
  if (!stats.isDirectory()) {
    const value = stats.isSymbolicLink() ? "a link" : "something else";
    const fault = { path: exchangeFiles.outputs, expected: "the directory for the outputs", value };
    return { count: nothing, faults: [fault] };
  }
  const rules: CopyRules = {
    allowLink: (path, text, depth): Fault | undefined =>
      staysInside(text, depth)
        ? undefined
        : { path, expected: "a link that stays inside the outputs", value: text },
    foreign: true,
    storedLinks: true,
    signal,
  };
  return copyTree(source, target, rules);
}
