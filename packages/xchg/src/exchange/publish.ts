import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";

/**
 * Gives a finished directory its name. One that bears the name already goes: at no time is there half of either.
 */
export async function publishDirectory(finished: string, target: string): Promise<void> {
  try {
    // An empty directory is replaced by rename(2) itself.
    await rename(finished, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    const old = `${finished}.${randomBytes(6).toString("hex")}`;
    await rename(target, old);
    await rename(finished, target);
    await rm(old, { recursive: true, force: true });
  }
}
