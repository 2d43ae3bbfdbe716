import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

let root: string | undefined;

/** A directory of this process; whatever ends it in an orderly way, Ctrl-C too, takes all of them along. */
export async function scratchDirectory(stack: AsyncDisposableStack): Promise<string> {
  if (root === undefined) {
    const made = mkdtempSync(join(tmpdir(), "winvm-bench-"));
    root = made;
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    process.once("SIGINT", () => process.exit(130));
    process.once("SIGTERM", () => process.exit(143));
  }
  const directory = await mkdtemp(join(root, "d-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
