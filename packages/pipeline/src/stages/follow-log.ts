import { watch } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** A log that is being read while it grows. */
export interface FollowedLog extends Disposable {
  /** All complete lines so far. */
  readonly lines: readonly string[];
  /** Reads what is left, at the end. */
  drain(): Promise<void>;
}

/** Reads a file line by line as it grows; it may not exist yet. */
export function followLog(file: string, onLine: (line: string) => void): FollowedLog {
  const lines: string[] = [];
  let offset = 0;
  let rest = "";
  let reading: Promise<void> = Promise.resolve();
  const read = async (): Promise<void> => {
    const handle = await open(file, "r").catch(() => undefined);
    if (handle === undefined) return;
    try {
      const { size } = await handle.stat();
      if (size <= offset) return;
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(size - offset),
        0,
        size - offset,
        offset,
      );
      offset += bytesRead;
      const parts = (rest + buffer.subarray(0, bytesRead).toString("utf8")).split(/\r?\n/);
      rest = parts.pop() ?? "";
      for (const part of parts) {
        // Terminals add carriage returns of their own.
        const line = part.trimEnd();
        lines.push(line);
        onLine(line);
      }
    } finally {
      await handle.close();
    }
  };
  const again = (): Promise<void> => (reading = reading.then(read, read));
  const watcher = watch(dirname(file), (_event, name) => {
    if (name === null || name === basename(file)) void again();
  });
  watcher.on("error", () => {});
  void again();
  return {
    lines,
    drain: again,
    [Symbol.dispose]: () => watcher.close(),
  };
}
