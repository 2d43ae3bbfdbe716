import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isProcessAlive, processIdentity } from "../process/identity.ts";
import type { ProcessIdentity } from "../process/identity.ts";

/** A held lock. */
export interface HeldLock extends AsyncDisposable {
  readonly file: string;
}

/** What an attempt came to: the lock, or who has it. */
export type LockAttempt = { readonly lock: HeldLock } | { readonly holder: ProcessIdentity };

/**
 * Takes a lock that is a file with the pid and the start time of its holder, or says who has it. The lock of a process
 * that no longer runs is taken over, as is a file with anything else in it, once it is older than two seconds: where a file
 * system has no links, a lock is empty for a moment. The directory has to be there.
 *
 * @throws The system's error where the file cannot be made.
 */
export async function tryLock(file: string): Promise<LockAttempt> {
  const self = await processIdentity(process.pid);
  if (self === undefined) throw new TypeError("this process has an identity");
  const content = JSON.stringify({ ...self, nonce: randomBytes(8).toString("hex") });
  for (;;) {
    const held = await readFile(file, "utf8").catch((error: unknown) => {
      if (isCode(error, "ENOENT")) return;
      throw error;
    });
    const holder = held === undefined ? undefined : parseHolder(held);
    if (holder !== undefined && (await isProcessAlive(holder))) return { holder };
    if (held !== undefined && holder === undefined && (await isYoung(file))) {
      await sleep(50);
      continue;
    }
    if (held !== undefined) await breakLock(file, held);
    if (await create(file, content, self)) return { lock: heldLock(file, content) };
  }
}

/** The holder that a lock file names; `undefined` for anything else. */
export function parseHolder(text: string): ProcessIdentity | undefined {
  try {
    const { pid, startTime } = JSON.parse(text) as Partial<ProcessIdentity>;
    return typeof pid === "number" && typeof startTime === "string"
      ? { pid, startTime }
      : undefined;
  } catch {
    return undefined;
  }
}

function heldLock(file: string, content: string): HeldLock {
  return {
    file,
    async [Symbol.asyncDispose]() {
      if ((await readFile(file, "utf8").catch(() => "")) === content)
        await rm(file, { force: true });
    },
  };
}

async function create(file: string, content: string, { pid }: ProcessIdentity): Promise<boolean> {
  const own = `${file}.${pid}-${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(own, content, { mode: 0o600 });
    return await linkUnlessThere(own, file);
  } finally {
    await rm(own, { force: true });
  }
}

async function isYoung(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) < 2000;
}

/**
 * The atomic test-and-set. With link(2) the lock's content is complete the moment the lock exists; a copy only claims its
 * name at that moment.
 */
async function linkUnlessThere(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file).catch(async (error: unknown) => {
      // FAT and many network file systems have no links.
      if (!isCode(error, "EPERM", "ENOTSUP", "ENOSYS")) throw error;
      await copyFile(own, file, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Removes a dead holder's lock, and only that one: what was renamed away is looked at before it is dropped. */
async function breakLock(file: string, dead: string): Promise<void> {
  const aside = `${file}.stale-${randomBytes(4).toString("hex")}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const taken = await readFile(aside, "utf8").catch(() => dead);
  if (taken !== dead) await linkUnlessThere(aside, file);
  await rm(aside, { force: true });
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? "");
}
