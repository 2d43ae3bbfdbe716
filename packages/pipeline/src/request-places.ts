import { constants } from "node:fs";
import { access, lstat, realpath, stat, statfs } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Fault } from "@winvm/runtime";
import { procType } from "./store/layout.ts";

/** What keeps a directory of the host from being given to a job, under the request's `path`. */
export async function directoryFaults(
  path: string,
  directory: string,
  readOnly: boolean,
): Promise<Fault[]> {
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory())
    return [{ path, expected: "a directory that exists", value: directory }];
  const { R_OK, W_OK, X_OK } = constants;
  if (await may(directory, R_OK | X_OK | (readOnly ? 0 : W_OK))) return [];
  const expected = readOnly ? "a directory that you may read" : "a directory that you may write";
  return [{ path, expected, value: directory }];
}

/** What keeps a directory from being copied for a job: that, or that the copy would lie within it. */
export async function inputsFaults(inputs: string, store: string): Promise<Fault[]> {
  const faults = await directoryFaults("inputs", inputs, true);
  if (faults.length > 0) return faults;
  const [outer, inner] = [await realpath(inputs), await realPlace(resolve(store))];
  if (outer !== "/" && outer !== inner && !inner.startsWith(`${outer}/`)) return [];
  const expected = "a directory that does not hold winvm's store, where the copy is made";
  return [{ path: "inputs", expected, value: inputs }];
}

/** The longest name and the longest path of Linux, in bytes; a path's end is one of them. */
const LONGEST_NAME = 255;
const LONGEST_PATH = 4095;
/** What is made beside a target before it gets its name. */
const BESIDE = ".winvm-XXXXXX";

/** What keeps outputs from being brought to a directory, which need not be there yet. */
export async function outputsFaults(outputs: string): Promise<Fault[]> {
  const target = resolve(outputs);
  const long = target.split("/").find((name) => Buffer.byteLength(name) > LONGEST_NAME);
  if (long !== undefined) return fault(`names of at most ${LONGEST_NAME} bytes`, long);
  if (Buffer.byteLength(join(target, BESIDE)) > LONGEST_PATH) {
    return fault(`a path of at most ${LONGEST_PATH - BESIDE.length} bytes`, target);
  }
  const { place, isDirectory } = await nearest(target);
  if (!isDirectory) {
    return place === target
      ? fault("a directory, or a name that is free", outputs)
      : fault("a name below a directory", place);
  }
  if ((await statfs(place)).type === procType)
    return fault("a place where directories can be made", place);
  if (await may(place, constants.W_OK | constants.X_OK)) return [];
  return fault(`a directory that you may write${place === target ? "" : " above it"}`, place);
}

function fault(expected: string, value: string): Fault[] {
  return [{ path: "outputs", expected, value }];
}

/** What there is of a path: the path itself, or the next above it. A link that leads nowhere is there. */
async function nearest(target: string): Promise<{ place: string; isDirectory: boolean }> {
  for (let place = target; ; place = dirname(place)) {
    const found = await stat(place).catch(() => lstat(place).catch(() => undefined));
    if (found !== undefined) return { place, isDirectory: found.isDirectory() };
    if (place === "/") return { place, isDirectory: true };
  }
}

/** The path without links, as far as it is there. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path === "/" ? path : join(await realPlace(dirname(path)), basename(path));
  }
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
