import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, startWinePrefix } from "@winvm/test-kit";
import type { TestContext } from "vitest";
import { launcher } from "../../src/index.ts";
import type { FakeGuest } from "./run-job.ts";

/** A Wine prefix with the launcher in it. */
export interface WineGuest extends AsyncDisposable {
  /** The prefix' drive C. */
  readonly drive: string;
  /** Makes a guest's drive C this one. @returns the environment that the runner needs */
  attach(guest: FakeGuest): Record<string, string>;
}

/**
 * Makes a prefix with the launcher and the test's program in `C:\winvm`; skips the test, or fails it in CI, where Wine
 * or the compiler is missing.
 */
export async function startWine(context: TestContext): Promise<WineGuest> {
  requirePrograms(context, { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32" });
  await using undo = new AsyncDisposableStack();
  const { wine, env, root, directory } = undo.use(await startWinePrefix(context));
  const drive = join(directory, "drive_c");
  const home = join(drive, "winvm");
  mkdirSync(home);
  writeFileSync(join(home, "winvm-launch.exe"), await launcher(join(root, "cache")));
  await runProgram("x86_64-w64-mingw32-gcc", [
    "-O1",
    "-s",
    "-o",
    join(home, "show.exe"),
    join(import.meta.dirname, "..", "fixtures", "show.c"),
    "-lshell32",
  ]);
  // What binfmt_misc does in the reference guest.
  const start = join(root, "launch");
  writeFileSync(start, `#!/bin/sh\nexec ${wine} 'c:\\winvm\\winvm-launch.exe' "$@"\n`);
  chmodSync(start, 0o755);
  const owned = undo.move();
  return {
    drive,
    attach: (guest) => {
      rmSync(join(guest.drives, "c"), { recursive: true });
      symlinkSync(drive, join(guest.drives, "c"));
      return { ...env, WINVM_LAUNCHER: start };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
