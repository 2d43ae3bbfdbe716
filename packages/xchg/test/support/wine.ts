import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, runProgram } from "@winvm/runtime";
import { launcher } from "../../src/index.ts";
import type { FakeGuest } from "./run-job.ts";

/** Debian's wine64 does not put the loader on PATH. */
const debian = "/usr/lib/wine";

/** Where Wine's loader is; `undefined` without one. */
export async function findWine(): Promise<string | undefined> {
  return (await findProgram("wine64")) ?? (await findProgram(join(debian, "wine64")));
}

/** A Wine prefix with the launcher in it. */
export interface WineGuest extends AsyncDisposable {
  /** The prefix' drive C. */
  readonly drive: string;
  /** Makes a guest's drive C this one. @returns the environment that the runner needs */
  attach(guest: FakeGuest): Record<string, string>;
}

/** Makes a prefix with the launcher and the test's program in `C:\winvm`. */
export async function startWine(wine: string): Promise<WineGuest> {
  const root = mkdtempSync(join(tmpdir(), "winvm-wine-"));
  const prefix = join(root, "prefix");
  const env = {
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree,mshtml=",
    LANG: "C.UTF-8",
  };
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(root, { recursive: true, force: true }));
  const server = existsSync(`${debian}/wineserver`) ? `${debian}/wineserver` : "wineserver";
  // Ends what runs in this prefix, and nothing else.
  undo.defer(async () => {
    for (const step of ["-k", "-w"]) {
      await runProgram(server, [step], { env, timeoutMs: 30_000 }).catch(() => {});
    }
  });
  await runProgram(wine, ["wineboot", "-i"], { env, timeoutMs: 200_000 });
  const drive = join(prefix, "drive_c");
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
