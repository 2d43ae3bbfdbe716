import { copyFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isWinvmError, OutputTail, runProgram } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { ReferenceGuestError } from "../errors.ts";
import { fixedAddresses } from "./fixed-addresses.ts";
import { endWineProcesses } from "./processes.ts";

const ASKED = "make Wine's prefix";

/** Many times what it takes (about 4 s), and short of what anybody waits for. */
const LIMIT_MS = 180_000;

/** How often Wine may find its own addresses taken, where they can't be fixed: about 1 of 4000 of its programs does. */
const ATTEMPTS = 3;

/**
 * Makes Wine's prefix: the directory with C: and the registry. Wine runs on this machine for that, straight from the
 * unpacked packages; it finds its parts relative to its own place, and the libraries by LD_LIBRARY_PATH. In the guest
 * the same would take more than a minute under emulation. Nothing of this machine's fonts and no process is left.
 *
 * @param root The unpacked packages.
 * @param directory Where prefix and a home are made; may not exist.
 * @param options `timeoutMs` is the limit of each of Wine's programs.
 * @returns The prefix.
 * @throws {ReferenceGuestError} `REFERENCE_GUEST_BUILD_FAILED` with what Wine said, when it does not get to its end.
 */
export async function makePrefix(
  root: string,
  directory: string,
  { signal, timeoutMs = LIMIT_MS }: WaitOptions,
): Promise<string> {
  const prefix = join(directory, "prefix");
  const options = { ...(signal !== undefined && { signal }), timeoutMs };
  for (let attempt = 1; ; attempt++) {
    const said = new OutputTail(2000);
    // One of its programs may end so without Wine's ending for it.
    const taken = (): boolean => said.toString().includes("failed to map the shared user data");
    try {
      await attemptPrefix(root, directory, options, said);
      if (!taken() || attempt === ATTEMPTS) return prefix;
    } catch (cause) {
      if (signal?.aborted) throw cause;
      if (!taken() || attempt === ATTEMPTS) throw failure(cause, said.toString());
    }
    await rm(prefix, { recursive: true, force: true });
  }
}

async function attemptPrefix(
  root: string,
  directory: string,
  options: WaitOptions,
  said: OutputTail,
): Promise<void> {
  const prefix = join(directory, "prefix");
  const home = join(directory, "home");
  await mkdir(home, { recursive: true });
  await prepareDrive(root, prefix);
  const start = ["-i", ...wineEnvironment(root, prefix, home), ...(await fixedAddresses(options))];
  const run = async (program: string, ...args: readonly string[]): Promise<void> => {
    await runProgram("env", [...start, join(root, "usr/lib/wine", program), ...args], {
      ...options,
      asked: ASKED,
      onStderr: (chunk) => said.push(chunk),
    });
  };
  try {
    await run("wine64", "wineboot.exe", "--init");
    await writeFile(join(home, "winvm.reg"), registry);
    await run("wine64", "regedit.exe", "/S", join(home, "winvm.reg"));
    // The server outlives its programs and writes the registry when it ends.
    await run("wineserver64", "-k").catch(ignoreFailure);
    await run("wineserver64", "-w");
    await readFile(join(prefix, "system.reg"));
  } finally {
    await endWineProcesses(prefix);
  }
}

/** `wineserver -k` fails where the server has ended by itself. */
function ignoreFailure(error: unknown): void {
  if (!isWinvmError(error) || error.code !== "RUNTIME_PROGRAM_FAILED") throw error;
}

function failure(cause: unknown, said: string): ReferenceGuestError {
  const happened = cause instanceof Error ? cause.message : String(cause);
  return new ReferenceGuestError({
    code: "REFERENCE_GUEST_BUILD_FAILED",
    asked: ASKED,
    happened: said.trim() === "" ? happened : `${happened}; Wine said: ${said.trim()}`,
    hint: "report this with the lines above: Wine runs from Debian's packages alone and should not depend on this system",
    cause,
  });
}

/** What has to be on C: before Wine's first program runs. */
async function prepareDrive(root: string, prefix: string): Promise<void> {
  const windows = join(prefix, "drive_c/windows");
  // Debian's user32 needs it, and nothing else would put it there.
  await mkdir(join(windows, "system32"), { recursive: true });
  await copyFile(
    join(root, "usr/lib/x86_64-linux-gnu/wine/x86_64-windows/zlib1.dll"),
    join(windows, "system32/zlib1.dll"),
  );
  // Wine looks for fonts here and where fontconfig says, which is nowhere: see etc/fonts/fonts.conf of the guest.
  await cp(join(root, "usr/share/wine/fonts"), join(windows, "Fonts"), { recursive: true });
}

function wineEnvironment(root: string, prefix: string, home: string): readonly string[] {
  const environment = {
    HOME: home,
    USER: "Administrator",
    LOGNAME: "Administrator",
    PATH: "/usr/bin:/bin",
    // The server's directory, which it leaves behind.
    TMPDIR: home,
    LANG: "C.UTF-8",
    FONTCONFIG_FILE: join(root, "etc/fonts/fonts.conf"),
    WINEPREFIX: prefix,
    WINEDEBUG: "err+all,fixme-all",
    WINESERVER: join(root, "usr/lib/wine/wineserver64"),
    WINEDLLPATH: join(root, "usr/lib/x86_64-linux-gnu/wine"),
    WINEDLLOVERRIDES: "mscoree,mshtml,winemenubuilder.exe=",
    LD_LIBRARY_PATH: join(root, "usr/lib/x86_64-linux-gnu"),
  };
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** No windows, no browser, no .NET, no devices to look for; and a Windows of today. */
const registry = `Windows Registry Editor Version 5.00

[HKEY_CURRENT_USER\\Software\\Wine]
"Version"="win10"

[HKEY_CURRENT_USER\\Software\\Wine\\Drivers]
"Graphics"="null"
"Audio"=""

[HKEY_CURRENT_USER\\Software\\Wine\\DllOverrides]
"mscoree"=""
"mshtml"=""
"winemenubuilder.exe"=""

[HKEY_CURRENT_USER\\Software\\Wine\\WineDbg]
"ShowCrashDialog"=dword:00000000

[HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Services\\winebus]
"Start"=dword:00000004

[HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Services\\winehid]
"Start"=dword:00000004

[HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Services\\wineusb]
"Start"=dword:00000004

[HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Services\\PlugPlay]
"Start"=dword:00000004
`.replaceAll("\n", "\r\n");
