import { constants } from "node:fs";
import { access, chmod, mkdir, mkdtemp, readdir, rm, rmdir } from "node:fs/promises";
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
 * the system's temporary directory. What dead owners left in these places is removed first.
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
      throw new VdeError({
        code: "VDE_DIRECTORY_IN_USE",
        asked: `start a switch in ${path}`,
        happened: "another switch answers there",
        hint: "give each switch a directory of its own",
        data: { directory: path },
      });
    }
    // The remains of a switch that was killed; with a live control socket missing they are nobody's.
    await rm(socketDirectory, { recursive: true, force: true });
    await chmod(path, 0o700);
  }
  return {
    path,
    socketDirectory,
    remove: async () => {
      await rm(socketDirectory, { recursive: true, force: true });
      // Whoever put something else there keeps it.
      if (made) await rmdir(path).catch(() => {});
    },
  };
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
