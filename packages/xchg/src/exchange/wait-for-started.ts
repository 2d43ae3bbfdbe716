import { watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import { poll, withDeadline, type WaitOptions } from "@winvm/runtime";
import { exchangeFiles } from "../protocol/files.ts";
import { parseStatus } from "../protocol/status.ts";
import { readStatusFile } from "./status-file.ts";

/** The runner's word that it has the job. */
export interface JobStart {
  /** The guest's clock, in seconds since 1970. */
  readonly epoch: number;
}

/** Milliseconds between two looks, where the host can't watch a directory. */
const LOOK_AGAIN_MS = 50;

/**
 * Waits until the guest's runner has written `status/started` for this job.
 *
 * @throws RuntimeError `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`.
 */
export function waitForStarted(
  directory: string,
  nonce: string,
  wait: WaitOptions = {},
): Promise<JobStart> {
  const asked = "wait for the guest to start the job";
  const status = join(directory, exchangeFiles.status);
  const look = async (): Promise<JobStart | undefined> => {
    const text = await readStatusFile(directory, exchangeFiles.started).catch(() => "");
    const read = parseStatus(text ?? "", nonce);
    return typeof read === "string" ? undefined : { epoch: Number(read.get("epoch")) };
  };
  return withDeadline(
    asked,
    async (signal) => {
      const { promise, resolve } = Promise.withResolvers<JobStart>();
      let watcher: FSWatcher;
      const check = (): void => void look().then((start) => start && resolve(start));
      try {
        // Watched first, looked at second: no start falls in between.
        watcher = watch(status, check);
      } catch {
        // The user's watches are all taken (inotify(7)).
        return poll(asked, look, { signal, intervalMs: LOOK_AGAIN_MS });
      }
      const gone = (): void => watcher.close();
      watcher.on("error", gone);
      signal.addEventListener("abort", gone, { once: true });
      check();
      try {
        return await promise;
      } finally {
        watcher.close();
      }
    },
    wait,
  );
}
