import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import {
  isProcessAlive,
  poll,
  processIdentity,
  type ProcessIdentity,
  type WaitOptions,
} from "@winvm/runtime";
import type { EventListener } from "../events/event.ts";

/** A held lock. */
export interface HeldLock extends AsyncDisposable {
  readonly file: string;
}

/** How long a waiter looks away; the holder's end can't be waited for by an event. */
const lookEveryMs = 100;

/**
 * Takes the lock of one key, waiting for the process that holds it. A lock whose holder (pid and start time) no
 * longer runs is taken over.
 *
 * @throws RuntimeError `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`.
 */
export async function takeLock(
  file: string,
  what: string,
  options: WaitOptions & { onEvent?: EventListener | undefined } = {},
): Promise<HeldLock> {
  const self = await processIdentity(process.pid);
  if (self === undefined) throw new TypeError("this process has an identity");
  const own = `${file}.${self.pid}-${randomBytes(4).toString("hex")}`;
  const content = JSON.stringify({ ...self, nonce: randomBytes(8).toString("hex") });
  await writeFile(own, content, { mode: 0o600 });
  let told = false;
  try {
    await poll(
      `take the lock of ${what}`,
      async () => {
        if (await linkUnlessThere(own, file)) return true;
        const held = await readFile(file, "utf8").catch(() => undefined);
        if (held === undefined) return (await linkUnlessThere(own, file)) ? true : undefined;
        const holder = parseHolder(held);
        if (holder !== undefined && (await isProcessAlive(holder))) {
          if (!told) options.onEvent?.({ type: "lock:wait", what, holder });
          told = true;
          return undefined;
        }
        await breakLock(file, held);
        return (await linkUnlessThere(own, file)) ? true : undefined;
      },
      { signal: options.signal, timeoutMs: options.timeoutMs, intervalMs: lookEveryMs },
    );
  } finally {
    await rm(own, { force: true });
  }
  return {
    file,
    async [Symbol.asyncDispose]() {
      if ((await readFile(file, "utf8").catch(() => "")) === content)
        await rm(file, { force: true });
    },
  };
}

/** link(2) is the atomic test-and-set here: the lock's content is complete the moment the lock exists. */
async function linkUnlessThere(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
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
