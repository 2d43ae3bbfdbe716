import { mkdir, mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../errors.ts";
import { exchangeFiles } from "../protocol/files.ts";
import { copyTree, type TreeCount } from "../transfer/copy-tree.ts";
import { staysInside } from "../transfer/links.ts";
import { NameCheck } from "../transfer/names.ts";
import type { ExchangePlace } from "./place.ts";
import { publishDirectory } from "./publish.ts";

/** What was staged for a job to read. */
export interface StagedInputs extends Readonly<TreeCount> {
  /**
   * Names that Windows programs can't use (Cygwin's can), pairs of names that differ by case only, links that lead out
   * of the inputs. They are staged all the same: a job need not touch them.
   */
  readonly warnings: readonly Fault[];
}

/**
 * Copies a directory of the host into `in/`, whole or not at all.
 *
 * @throws XchgError `XCHG_INPUTS_UNFIT` with a fault for each entry that can't be staged: pipes, sockets, devices, names
 *   that are not UTF-8, what can't be read; or for a directory that holds the exchange directory. The signal's reason.
 */
export async function stageInputs(
  place: ExchangePlace,
  source: string,
  signal?: AbortSignal,
): Promise<StagedInputs> {
  const asked = `stage the inputs ${source}`;
  const stats = await stat(source).catch(() => undefined);
  if (!stats?.isDirectory()) {
    const value = stats === undefined ? "nothing" : "something else";
    throwFaults("XCHG_INPUTS_UNFIT", asked, [{ path: source, expected: "a directory", value }]);
  }
  // What is staged would be staged again, without end.
  if (contains(await realpath(source), await realpath(place.directory))) {
    const expected = "a directory that does not hold the exchange directory";
    throwFaults("XCHG_INPUTS_UNFIT", asked, [{ path: source, expected, value: place.directory }]);
  }
  const temporary = await mkdtemp(join(place.directory, `.${exchangeFiles.inputs}-`));
  try {
    const content = join(temporary, "content");
    await mkdir(content);
    const names = new NameCheck();
    const { count, faults } = await copyTree(source, content, {
      onEntry: (path) => names.add(path),
      allowLink: (path, target, depth) => {
        if (!staysInside(target, depth)) {
          const expected = "a link that stays inside the inputs";
          names.warnings.push({ path, expected, value: target });
        }
        return undefined;
      },
      owner: place.owner,
      signal,
    });
    throwFaults("XCHG_INPUTS_UNFIT", asked, faults);
    await place.open(content);
    await publishDirectory(content, join(place.directory, exchangeFiles.inputs));
    return { ...count, warnings: names.warnings };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Whether a directory is another one, or above it; both without links. Pure. */
function contains(outer: string, inner: string): boolean {
  return outer === "/" || inner === outer || inner.startsWith(`${outer}/`);
}
