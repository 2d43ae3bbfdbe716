import { chmod, lstat, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../errors.ts";
import { exchangeFiles } from "../protocol/files.ts";
import { copyTree, type CopyRules, type TreeCount } from "../transfer/copy-tree.ts";
import { staysInside } from "../transfer/links.ts";
import type { ExchangePlace } from "./place.ts";

/** What a job left. */
export type CollectedOutputs = Readonly<TreeCount>;

/**
 * Copies `out/` to a directory of the host. One that does not exist appears whole, by a rename; into one that does,
 * each file comes whole. Links that a Linux SMB client stored as files become links again. Nothing is written outside
 * the directory, now or later through a link.
 *
 * @throws XchgError `XCHG_OUTPUTS_UNFIT` with a fault for each entry that was left out (a link that leads out, a
 *   device); all the others are there then.
 */
export async function collectOutputs(
  place: ExchangePlace,
  directory: string,
  signal?: AbortSignal,
): Promise<CollectedOutputs> {
  const target = resolve(directory);
  const source = join(place.directory, exchangeFiles.outputs);
  const asked = `collect the outputs in ${target}`;
  const rules: CopyRules = {
    allowLink: (path, text, depth): Fault | undefined =>
      staysInside(text, depth)
        ? undefined
        : { path, expected: "a link that stays inside the outputs", value: text },
    storedLinks: true,
    signal,
  };
  const there = await lstat(target).catch(() => undefined);
  if (there !== undefined) {
    if (!(await stat(target)).isDirectory()) {
      const value = "something else";
      throwFaults("XCHG_OUTPUTS_UNFIT", asked, [{ path: target, expected: "a directory", value }]);
    }
    const { count, faults } = await copyTree(source, target, rules);
    throwFaults("XCHG_OUTPUTS_UNFIT", asked, faults);
    return count;
  }
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    const { count, faults } = await copyTree(source, temporary, rules);
    await chmod(temporary, 0o777 & ~process.umask());
    await rename(temporary, target);
    throwFaults("XCHG_OUTPUTS_UNFIT", asked, faults);
    return count;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
