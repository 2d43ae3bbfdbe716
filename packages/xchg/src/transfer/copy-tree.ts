import { constants, type Stats } from "node:fs";
import {
  chmod,
  lchown,
  lstat,
  lutimes,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
} from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import type { Fault } from "@winvm/runtime";
import { copyContent } from "./copy-content.ts";
import { STORED_LINK_BYTES, storedLink } from "./links.ts";
import { systemFault } from "./system-fault.ts";

/** What was copied. */
export interface TreeCount {
  files: number;
  directories: number;
  links: number;
  bytes: number;
}

/** What {@link copyTree} does with what it meets. */
export interface CopyRules {
  /** Told of every entry, with its path from the root. */
  readonly onEntry?: ((path: string) => void) | undefined;
  /** Whether a symbolic link may be copied; `depth` as in `staysInside`. */
  readonly allowLink: (path: string, target: string, depth: number) => Fault | undefined;
  /** The source is a guest's: where it is a link itself, it is not followed. */
  readonly foreign?: boolean | undefined;
  /** Take files in which an SMB client keeps a symbolic link for the link. */
  readonly storedLinks?: boolean | undefined;
  /** Who owns the copies; the caller when absent. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Ends the copy, also in the middle of a large file, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Files copied at a time. */
const PARALLEL = 16;

/**
 * Copies what is in `source` into `target`, which is there: content (shared with the original where the file system can
 * do that), holes, exec and other mode bits, times, symbolic links as such. A file that is there already is replaced whole, by
 * a rename; directories are merged; nothing is ever written through a link.
 *
 * The source may change meanwhile, by a hand that means ill: every step down goes through the open directory, never
 * through a link.
 *
 * @returns what was copied, and a fault for each entry that was not
 */
export async function copyTree(
  source: string,
  target: string,
  rules: CopyRules,
): Promise<{ readonly count: TreeCount; readonly faults: readonly Fault[] }> {
  const copy = new TreeCopy(rules);
  await copy.directory(source, target, "", 0);
  return { count: copy.count, faults: copy.faults };
}

class TreeCopy {
  readonly count: TreeCount = { files: 0, directories: 0, links: 0, bytes: 0 };
  readonly faults: Fault[] = [];
  readonly #rules: CopyRules;

  constructor(rules: CopyRules) {
    this.#rules = rules;
  }

  async directory(source: string, target: string, path: string, depth: number): Promise<void> {
    const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
    const follow = depth === 0 && this.#rules.foreign !== true ? 0 : O_NOFOLLOW;
    await using handle = await open(source, O_RDONLY | O_DIRECTORY | follow);
    const opened = `/proc/self/fd/${handle.fd}`;
    const names = (await readdir(opened, { encoding: "buffer" })).sort((a, b) => a.compare(b));
    const directories: string[] = [];
    for (let at = 0; at < names.length; at += PARALLEL) {
      const batch = names.slice(at, at + PARALLEL).map(async (bytes) => {
        this.#rules.signal?.throwIfAborted();
        const name = bytes.toString();
        const inner = path === "" ? name : `${path}/${name}`;
        if (!Buffer.from(name).equals(bytes)) {
          this.faults.push({
            path: inner,
            expected: "a name in UTF-8",
            value: bytes.toString("latin1"),
          });
          return;
        }
        this.#rules.onEntry?.(inner);
        const place = { from: `${opened}/${name}`, to: join(target, name), path: inner, depth };
        await this.#entry(place, () => directories.push(name)).catch((error: unknown) => {
          this.#rules.signal?.throwIfAborted();
          this.faults.push(systemFault(inner, error));
        });
      });
      // All of them, also when one has failed: they use the open directory.
      for (const result of await Promise.allSettled(batch)) {
        if (result.status === "rejected") throw result.reason;
      }
    }
    for (const name of directories.sort()) {
      const inner = path === "" ? name : `${path}/${name}`;
      try {
        await this.#subdirectory(`${opened}/${name}`, join(target, name), inner, depth + 1);
      } catch (error) {
        this.#rules.signal?.throwIfAborted();
        this.faults.push(systemFault(inner, error));
      }
    }
  }

  async #entry(place: Place, isDirectory: () => void): Promise<void> {
    const stats = await lstat(place.from);
    if (stats.isDirectory()) isDirectory();
    else if (stats.isSymbolicLink()) await this.#link(place, await readlink(place.from), stats);
    else if (stats.isFile()) await this.#file(place);
    else {
      const value = stats.isFIFO() ? "a pipe" : stats.isSocket() ? "a socket" : "a device";
      this.faults.push({ path: place.path, expected: "a file, directory or link", value });
    }
  }

  async #subdirectory(from: string, to: string, path: string, depth: number): Promise<void> {
    const stats = await lstat(from);
    const there = await lstat(to).catch(() => undefined);
    if (there !== undefined && !there.isDirectory()) {
      this.faults.push({ path, expected: "no file or link at its destination", value: to });
      return;
    }
    if (there === undefined) await mkdir(to, { mode: 0o700 });
    await this.directory(from, to, path, depth);
    this.count.directories += 1;
    await this.#own(to);
    // Whoever made the copy must be able to remove it.
    await chmod(to, (stats.mode & 0o777) | 0o700);
    await utimes(to, stats.atime, stats.mtime);
  }

  async #file({ from, to, path, depth }: Place): Promise<void> {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    await using handle = await open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = await handle.stat();
    if (!stats.isFile()) {
      this.faults.push({ path, expected: "a file that stays one", value: "something else" });
      return;
    }
    if (this.#rules.storedLinks && stats.size === STORED_LINK_BYTES) {
      const stored = storedLink(await readFile(`/proc/self/fd/${handle.fd}`));
      if (stored !== undefined) return this.#link({ from, to, path, depth }, stored, stats);
    }
    await this.#publish(to, path, async (temporary) => {
      await copyContent(handle, stats, temporary, this.#rules.signal);
      await chmod(temporary, stats.mode & 0o777);
      await this.#own(temporary);
      await utimes(temporary, stats.atime, stats.mtime);
      this.count.files += 1;
      this.count.bytes += stats.size;
    });
  }

  async #link({ to, path, depth }: Place, text: string, stats: Stats): Promise<void> {
    const fault = this.#rules.allowLink(path, text, depth);
    if (fault) {
      this.faults.push(fault);
      return;
    }
    await this.#publish(to, path, async (temporary) => {
      await symlink(text, temporary);
      await this.#own(temporary);
      await lutimes(temporary, stats.atime, stats.mtime);
      this.count.links += 1;
    });
  }

  /** Makes a file under another name, then gives it its own. */
  async #publish(
    to: string,
    path: string,
    make: (temporary: string) => Promise<void>,
  ): Promise<void> {
    if ((await lstat(to).catch(() => undefined))?.isDirectory()) {
      this.faults.push({ path, expected: "no directory at its destination", value: to });
      return;
    }
    const temporary = join(to, "..", `.winvm-${randomBytes(8).toString("hex")}`);
    try {
      await make(temporary);
      await rename(temporary, to);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async #own(file: string): Promise<void> {
    const { owner } = this.#rules;
    if (owner) await lchown(file, owner.uid, owner.gid);
  }
}

interface Place {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly depth: number;
}
