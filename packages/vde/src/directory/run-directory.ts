import { constants } from "node:fs";
import { access, lstat, mkdir, mkdtemp, readdir, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive, processIdentity } from "@winvm/runtime";
import { VdeError } from "../errors.ts";
import { hasListener } from "./has-listener.ts";
import {
  checkSocketPaths,
  longestSocketPath,
  LONGEST_SOCKET_PATH,
  SOCKET_DIRECTORY,
} from "./socket-paths.ts";

/** A private directory in which one switch has its sockets. */
export interface RunDirectory {
  readonly path: string;
  /** The switch's control directory, below `path`. */
  readonly socketDirectory: string;
  /** Removes what the switch and its plugs left, and the directory if it was made for them. Idempotent. */
  remove(): Promise<void>;
}

/**
 * Makes a run directory (mode 0700): the one asked for, or a new one with a short path in `$XDG_RUNTIME_DIR` or else
 * the system's temporary directory. What dead owners left in these places is removed first. A directory that is there keeps its
 * mode and what else it holds; the switch's sockets are in one of mode 0700 below it.
 *
 * @throws VdeError `VDE_PATH_TOO_LONG`, `VDE_DIRECTORY_IN_USE`; a system error where it can't be made.
 */
export async function makeRunDirectory(wanted?: string): Promise<RunDirectory> {
  if (wanted !== undefined) return takeRunDirectory(wanted);
  const base = await shortBase();
  await removeStaleRunDirectories(base);
  const self = await processIdentity(process.pid);
  const path = await mkdtemp(join(base, `${PREFIX}${process.pid}.${self?.startTime ?? 0}-`));
  return {
    path,
    socketDirectory: join(path, SOCKET_DIRECTORY),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** The name of a directory made here tells its owner: process number, start time, six random letters. */
const PREFIX = "winvm-vde-";
const ownedName = /^winvm-vde-(?<pid>\d+)\.(?<startTime>\d+)-\w{6}$/;

async function takeRunDirectory(path: string): Promise<RunDirectory> {
  checkSocketPaths(path);
  const socketDirectory = join(path, SOCKET_DIRECTORY);
  const made = (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined;
  if (!made) {
    if (await hasListener(join(socketDirectory, "ctl"))) {
      throw inUse(path, "another switch answers there");
    }
    // Of a switch that was killed sockets remain; with a live control socket missing they are nobody's.
    if (!(await holdsSocketsOnly(socketDirectory))) {
      throw inUse(path, `${socketDirectory} holds what is not a switch's`);
    }
    await removeSockets(socketDirectory);
  }
  return {
    path,
    socketDirectory,
    remove: async () => {
      await removeSockets(socketDirectory);
      // Whoever put something else there keeps it.
      if (made) await rmdir(path).catch(() => {});
    },
  };
}

function inUse(path: string, happened: string): VdeError {
  return new VdeError({
    code: "VDE_DIRECTORY_IN_USE",
    asked: `start a switch in ${path}`,
    happened,
    hint: "give each switch a directory of its own",
    data: { directory: path },
  });
}

/** Whether this is what a switch leaves: a directory of sockets, or nothing. */
async function holdsSocketsOnly(directory: string): Promise<boolean> {
  const found = await lstat(directory).catch(ignoreMissing);
  if (found === undefined) return true;
  if (!found.isDirectory()) return false;
  return (await readdir(directory, { withFileTypes: true })).every((entry) => entry.isSocket());
}

/** Removes a switch's directory, but nothing else that lies in it. */
async function removeSockets(directory: string): Promise<void> {
  const entries = (await readdir(directory, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
  for (const entry of entries) {
    if (entry.isSocket()) await rm(join(directory, entry.name), { force: true });
  }
  await rmdir(directory).catch(() => {});
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

async function shortBase(): Promise<string> {
  const candidates = [process.env["XDG_RUNTIME_DIR"], tmpdir(), "/tmp"].filter(
    (base) => base !== undefined && base !== "",
  ) as string[];
  for (const base of candidates) {
    const long = join(base, `${PREFIX}4194304.99999999999-XXXXXX`);
    if (longestSocketPath(long) <= LONGEST_SOCKET_PATH && (await isWritable(base))) return base;
  }
  return "/tmp";
}

async function isWritable(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes the run directories in `base` whose owner is dead and in which nobody answers (an owner in another process
 * namespace looks dead, its switch does not).
 *
 * @returns the paths removed
 */
export async function removeStaleRunDirectories(base: string): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(base).catch(() => [])) {
    const owner = ownedName.exec(name)?.groups;
    if (!owner) continue;
    const identity = { pid: Number(owner["pid"]), startTime: owner["startTime"] ?? "" };
    if (await isProcessAlive(identity)) continue;
    const path = join(base, name);
    if (await hasListener(join(path, SOCKET_DIRECTORY, "ctl"))) continue;
    // Another user's directory can't be removed and is not ours to care for.
    const gone = await rm(path, { recursive: true, force: true }).then(
      () => true,
      () => false,
    );
    if (gone) removed.push(path);
  }
  return removed;
}
