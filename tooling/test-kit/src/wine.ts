import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { findOnPath, requirePrograms } from "./programs.ts";

/** A Wine prefix of a test's own; what runs in it is ended and its files are removed with it. */
export interface WinePrefix extends AsyncDisposable {
  /** What starts Wine's loader. */
  readonly wine: string;
  /** What a program in the prefix needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A directory for the test's files, removed with the prefix, which lies in it. */
  readonly root: string;
  /** The directory of the prefix: `drive_c`, `dosdevices`. */
  readonly directory: string;
  /** Ends what runs in this prefix, and nothing else. */
  end(): Promise<void>;
}

/**
 * Makes a prefix; skips the test, or fails it in CI, where Wine is missing.
 *
 * @param more - further environment, such as `WINEPATH`
 */
export async function startWinePrefix(
  context: TestContext,
  more: Readonly<Record<string, string>> = {},
): Promise<WinePrefix> {
  const loader = findOnPath("wine64", debian);
  if (loader === undefined) requirePrograms(context, { wine64: "wine64" });
  const server = findOnPath("wineserver", debian) ?? "wineserver";
  const root = mkdtempSync(join(tmpdir(), "winvm-wine-"));
  const directory = join(root, "prefix");
  const wine = join(root, "wine");
  writeFileSync(wine, startOf(loader ?? ""), { mode: 0o755 });
  const env = {
    WINEPREFIX: directory,
    // The server's directory, which it leaves behind.
    TMPDIR: root,
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree,mshtml=",
    LANG: "C.UTF-8",
    ...more,
  };
  // Without streams: Wine's own services would hold them open beyond the program's end.
  const run = async (program: string, argument: string, timeout: number): Promise<void> => {
    const whole = { ...process.env, ...env };
    const child = spawn(program, argument.split(" "), { env: whole, stdio: "ignore", timeout });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`${program} ${argument} ended with code ${code}`);
  };
  const end = async (): Promise<void> => {
    for (const step of ["-k", "-w"]) await run(server, step, 30_000).catch(() => {});
  };
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(root, { recursive: true, force: true }));
  undo.defer(end);
  await run(wine, "wineboot -i", 200_000);
  const owned = undo.move();
  return {
    wine,
    env,
    root,
    directory,
    end,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Without random addresses, which since Linux 6.9 are now and then where Wine needs its own. */
function startOf(loader: string): string {
  return `#!/bin/sh
if setarch -R true 2>/dev/null; then exec setarch -R ${loader} "$@"; fi
exec ${loader} "$@"
`;
}

/** Debian's wine64 puts neither the loader nor the server on PATH. */
const debian = "/usr/lib/wine";
