import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";

/**
 * Makes Wine's prefix: the directory with C: and the registry. Wine runs on this machine for that, straight from the
 * unpacked packages; it finds its parts relative to its own place, and the libraries by LD_LIBRARY_PATH. In the guest
 * the same would take more than a minute under emulation.
 *
 * @param root The unpacked packages.
 * @param directory Where prefix and a home are made; may not exist.
 * @returns The prefix.
 */
export async function makePrefix(
  root: string,
  directory: string,
  signal: AbortSignal,
): Promise<string> {
  const prefix = join(directory, "prefix");
  const home = join(directory, "home");
  await mkdir(home, { recursive: true });
  // Debian's user32 needs it, and nothing else would put it there.
  const system32 = join(prefix, "drive_c/windows/system32");
  await mkdir(system32, { recursive: true });
  await copyFile(
    join(root, "usr/lib/x86_64-linux-gnu/wine/x86_64-windows/zlib1.dll"),
    join(system32, "zlib1.dll"),
  );
  const server = join(root, "usr/lib/wine/wineserver64");
  const environment = {
    HOME: home,
    USER: "Administrator",
    LOGNAME: "Administrator",
    PATH: "/usr/bin:/bin",
    LANG: "C.UTF-8",
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    WINESERVER: server,
    WINEDLLPATH: join(root, "usr/lib/x86_64-linux-gnu/wine"),
    WINEDLLOVERRIDES: "mscoree,mshtml,winemenubuilder.exe=",
    LD_LIBRARY_PATH: join(root, "usr/lib/x86_64-linux-gnu"),
  };
  const run = (
    program: string,
    args: readonly string[],
    wait: AbortSignal | undefined,
  ): Promise<unknown> =>
    runProgram(
      "env",
      [
        "-i",
        ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
        program,
        ...args,
      ],
      {
        asked: "make Wine's prefix",
        ...(wait !== undefined && { signal: wait }),
        timeoutMs: 180_000,
      },
    );
  const wine = join(root, "usr/lib/wine/wine64");
  try {
    await run(wine, ["wineboot.exe", "--init"], signal);
    await writeFile(join(home, "winvm.reg"), registry);
    await run(wine, ["regedit.exe", "/S", join(home, "winvm.reg")], signal);
  } finally {
    // The server outlives its programs and writes the registry when it ends.
    await run(server, ["-k"], undefined).catch(() => undefined);
    await run(server, ["-w"], undefined).catch(() => undefined);
  }
  await readFile(join(prefix, "system.reg"));
  return prefix;
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
