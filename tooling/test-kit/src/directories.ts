import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** The longest path of a temporary directory that leaves room for those of sockets (unix(7): 107 bytes). */
const longestBase = 30;

/**
 * A fresh directory with a short path (sockets fit), whatever TMPDIR says; for its owner only, whatever the umask. Removed when
 * the test has finished.
 */
export function temporaryDirectory(): string {
  const base = tmpdir().length > longestBase ? "/tmp" : tmpdir();
  const directory = mkdtempSync(join(base, "winvm-t-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * The directory for what is dear to make (images, states, downloaded packages). `WINVM_TEST_STORE` names it, so
 * that a CI run starts from an empty one; without it tests share one in the user's cache.
 */
export function testStore(): string {
  const cache = process.env["XDG_CACHE_HOME"];
  const caches = cache?.startsWith("/") ? cache : join(homedir(), ".cache");
  const directory = process.env["WINVM_TEST_STORE"] ?? join(caches, "winvm-test");
  mkdirSync(directory, { recursive: true });
  return directory;
}
