import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { syncToDisk } from "./sync.ts";

/** How {@link writeFileAtomically} writes. */
export interface AtomicWriteOptions {
  /** Permission bits of the new file; 0o644 when absent. */
  readonly mode?: number | undefined;
  /** Whether the bytes are on the disk before the file gets its name, and the name at the end. False when absent. */
  readonly durable?: boolean | undefined;
}

/** Writes a file so that nobody ever sees half of it: under another name first, then renamed. */
export async function writeFileAtomically(
  file: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}`);
  try {
    const handle = await open(temporary, "wx", options.mode ?? 0o644);
    try {
      await handle.writeFile(data);
      if (options.durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    if (options.durable) await syncToDisk(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
