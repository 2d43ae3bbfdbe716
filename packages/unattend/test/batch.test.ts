import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeError } from "@winvm/runtime";
import { describe, expect, test } from "vitest";
import { findGuest, guestFor, listGuests, setupFiles } from "../src/index.ts";
import type { FileMap, GuestProfile, SetupOptions } from "../src/index.ts";
import { readAsset } from "../src/setup/assets.ts";
import { specializeLines } from "../src/setup/batch/batch-file.ts";
import { setupSteps } from "../src/setup/scripts.ts";
import { windowsSshdConfig } from "../src/setup/steps/openssh.ts";
import { windowsVersion } from "../src/setup/windows.ts";
import { setupOptions } from "./support/setup-options.ts";
import { startWineWindows } from "./support/wine-windows.ts";
import type { BatchRun, WineWindows } from "./support/wine-windows.ts";

const zip = { form: "zip", bytes: Buffer.from("504b0304", "hex") } as const;
const msi = { form: "msi", bytes: Buffer.from("d0cf11e0", "hex") } as const;

/** Every medium that setup.cmd can be on: each Windows, each architecture, each provider. */
const media = listGuests()
  .filter(({ name }) => name !== "reference")
  .flatMap((guest) =>
    guest.architectures.flatMap((architecture) => {
      const profile = guestFor(guest, architecture);
      return profile.shellProviders.flatMap((provider): [string, GuestProfile, SetupOptions][] => {
        const title = `${guest.name} ${architecture} ${provider}`;
        const options = { ...setupOptions, provider };
        if (provider !== "win32-openssh") return [[title, profile, options]];
        return [zip, msi].map((openSsh) => [
          `${title} ${openSsh.form}`,
          profile,
          { ...options, openSsh },
        ]);
      });
    }),
  );

/** The media whose setup.cmd runs: each way of doing a step is in one of them. */
const ranUnderWine = new Set([
  "xp x86 cygwin",
  "2003 amd64 cygwin",
  "vista x86 cygwin",
  "7 x86 win32-openssh zip",
  "8.1 amd64 win32-openssh msi",
  "11 amd64 cygwin",
  "2025 amd64 in-box",
]);

function text(files: FileMap, name: string): string {
  return files[`winvm/${name}`]?.toString().replaceAll("\r\n", "\n") ?? "";
}

/** `step: command` for each command that Windows runs. */
function commandsOf(profile: GuestProfile, options: SetupOptions): string[] {
  const version = windowsVersion(profile, options.build);
  if (version === undefined) throw new Error("no Windows");
  return setupSteps(profile, version, options).flatMap(({ name, commands }) =>
    commands.map(({ line, kind }) => `${name}${kind === "may" ? " (may fail)" : ""}: ${line}`),
  );
}

describe("the commands of setup.cmd", () => {
  test.each(["xp", "2003", "vista", "2008r2", "10", "2025"])("for %s", async (name) => {
    const listed = commandsOf(findGuest(name), setupOptions).map((line) => `${line}\n`);
    await expect(listed.join("")).toMatchFileSnapshot(`golden/setup-steps/${name}.txt`);
  });

  test.each([
    ["win32-openssh", "2012r2", zip],
    ["in-box", "2025", undefined],
  ] as const)("with %s on %s", async (provider, name, openSsh) => {
    const options = { ...setupOptions, provider, openSsh };
    const listed = commandsOf(findGuest(name), options).map((line) => `${line}\n`);
    await expect(listed.join("")).toMatchFileSnapshot(`golden/setup-steps/${name}-${provider}.txt`);
  });

  // What came with which build, and what went.
  const since: readonly (readonly [number, RegExp])[] = [
    [
      6000,
      /ErrorHandler|\bicacls|\bbcdedit|\badvfirewall|SymlinkEvaluation|powercfg -|slmgr|%ProgramData%/,
    ],
    [6000, /CacheLifetime|Windows Error Reporting|ServerManager|NetworkList|NewNetworkWindowOff/],
    [7600, /\bpowershell|OpenSSH/],
    [9200, /HiberbootEnabled/],
    [9600, /PreventDeviceEncryption/],
    [9200, /ZipFile/],
    [10_240, /DiagTrack|UsoSvc|DataCollection|CloudContent/],
    [14_393, /LongPathsEnabled/],
    [22_000, /BypassNRO/],
  ];
  const until: readonly (readonly [number, RegExp])[] = [
    [
      6000,
      /netsh firewall|\/numerical|PCHealth|DrWatson|srvWiz|SecurityOOBE|R2Setup|LmCompatibilityLevel/,
    ],
    [6000, /SystemSetupInProgress/],
    [9200, /unzip\.vbs/],
  ];

  test.each(media)("%s: nothing that this version lacks", (_, profile, options) => {
    const build = windowsVersion(profile)?.build ?? 0;
    const files = setupFiles(profile, options);
    const all = ["setup.cmd", "specialize.cmd"].map((name) => text(files, name)).join("");
    const lacking = [
      ...since.filter(([first]) => build < first),
      ...until.filter(([first]) => build >= first),
    ];
    expect(lacking.filter(([, words]) => words.test(all))).toEqual([]);
    // These wait for a key, or are missing in some version; guests are never let in without a password.
    expect(all).not.toMatch(/^(?:call :\w+ )?(?:pause|timeout|choice|where|wmic|cacls|set \/p)\b/m);
    expect(all).not.toMatch(/AllowInsecureGuestAuth|SecuritySignature/);
    expect(profile.kind === "server").toBe(/ShutdownReasonOn/.test(all));
  });

  test.each(media)("%s: each step and label is told once", (_, profile, options) => {
    const version = windowsVersion(profile);
    if (version === undefined) throw new Error("no Windows");
    const names = setupSteps(profile, version, options).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z-]*$/);
    const setup = text(setupFiles(profile, options), "setup.cmd");
    expect(setup).not.toContain("@\n");
    expect(Math.max(...setup.split("\n").map((line) => line.length))).toBeLessThan(1000);
  });

  test("2003 asks for neither a disc nor a reason, and welcomes nobody", () => {
    const files = setupFiles(findGuest("2003"), setupOptions);
    expect(text(files, "specialize.cmd")).toMatch(/R2Setup" \/v cd2chain .*\/d 0 /);
    expect(text(files, "setup.cmd")).toMatch(/Reliability" \/v ShutdownReasonOn .*\/d 0 /);
    // Where "Manage Your Server" looks.
    expect(text(files, "setup.cmd")).toContain(
      '"HKCU\\Software\\Microsoft\\Windows NT\\CurrentVersion\\srvWiz" /ve',
    );
  });

  test("of a build that is named", () => {
    const [old, later] = [10_240, 14_393].map((build) =>
      text(setupFiles(findGuest("10"), { ...setupOptions, build }), "specialize.cmd"),
    );
    expect(old).not.toContain("LongPathsEnabled");
    expect(later).toContain("LongPathsEnabled");
  });

  test.each([
    ["xp", "x86", "-q -L -n -N -d -X -A"],
    ["xp64", "amd64", "-q -L -n -N -d -X -A"],
    ["vista", "amd64", "-q -L -n -N -d -X -A -W --no-version-check --allow-unsupported-windows"],
    ["7", "x86", "-q -L -n -N -d -X -A -W --no-version-check --allow-unsupported-windows"],
    ["7", "amd64", "-q -L -n -N -d -X -A -W --no-version-check --allow-unsupported-windows"],
    ["10", "x86", "-q -L -n -N -d -X -A -W --no-version-check --allow-unsupported-windows"],
    [
      "11",
      "amd64",
      "-q -L -n -N -d -X -A -W --no-version-check --allow-unsupported-windows --no-write-registry",
    ],
  ] as const)(
    "Cygwin's setup for %s %s is asked only what it knows",
    (name, architecture, options) => {
      const profile = guestFor(findGuest(name), architecture);
      const root = architecture === "x86" ? "C:\\cygwin" : "C:\\cygwin64";
      expect(text(setupFiles(profile, setupOptions), "setup.cmd")).toContain(
        `call :run start "" /wait "%CYGWIN_MEDIUM%\\setup.exe" ${options} -l "%CYGWIN_MEDIUM%" -R "${root}" %CHOICE%\n`,
      );
    },
  );
});

test("the batch files under Wine", { tags: ["host"], timeout: 600_000 }, async (context) => {
  await using windows = await startWineWindows(context);

  for (const [title, profile, options] of media) {
    if (!ranUnderWine.has(title)) continue;
    expect(await runThrough(windows, profile, options), title).toEqual(told(profile, options));
  }
  await installsTheWholeIndex(windows);
  await tellsWhatFailed(windows);
  await waitsForTheService(windows);
  await isLeftAloneBySetup(windows);
  await specializes(windows);
  await namesTheAccount(windows);
  await mountsShares(windows);
  await unzipFails(windows);
});

/** What setup.sh and the service leave, so that the steps after them have something to work on. */
function prepare(windows: WineWindows): void {
  const ssh = join(windows.drive, "ProgramData", "ssh");
  rmSync(ssh, { recursive: true, force: true });
  mkdirSync(ssh, { recursive: true });
  rmSync(join(windows.drive, "Program Files", "OpenSSH"), { recursive: true, force: true });
}

/** What a run of setup.cmd leaves. */
interface Told {
  readonly code: number;
  readonly programs: readonly string[];
  readonly com1: string;
  readonly files: Readonly<Record<string, string | undefined>>;
}

async function runThrough(
  windows: WineWindows,
  profile: GuestProfile,
  options: SetupOptions,
): Promise<Told> {
  prepare(windows);
  // What the stand-in of an unpacker would have left.
  const unpacked = Object.fromEntries(
    ["Win32", "Win64"].map((one) => [`unpacked/OpenSSH-${one}/sshd.exe`, Buffer.from("MZ")]),
  );
  const medium = setupFiles(profile, options);
  const run = await windows.run(medium, "setup.cmd", { msiexec: 3010 }, unpacked);
  return {
    code: run.code,
    programs: programsOf(run),
    com1: run.com1,
    files: {
      failed: run.state("failed"),
      step: run.state("step"),
      installed: run.state("installed")?.replace(/^system=.+$/m, "system=Windows"),
      credentials: run.state("credentials"),
      launcher: run.state("winvm-launch.exe"),
      key: windows.read("ProgramData/ssh/administrators_authorized_keys"),
      config: windows.read("ProgramData/ssh/sshd_config"),
      sshd: windows.read("Program Files/OpenSSH/sshd.exe"),
    },
  };
}

/** What it has to be. With Cygwin the rest is setup.sh's, which has its own tests. */
function told(profile: GuestProfile, options: SetupOptions): Told {
  const programs = programsExpected(profile, options);
  if (options.provider === "cygwin") return { code: 0, programs, com1: "", files: {} };
  return {
    code: 0,
    programs,
    com1: "winvm-setup: installed\r\n",
    files: {
      installed: `guest=${profile.name}\nsystem=Windows\n${stepsOf(profile, options)}`,
      credentials: "username=winvm\npassword=Zb6L8mHd2cbnGz\n",
      launcher: "MZ launcher",
      key: `${setupOptions.authorizedKey}\n`,
      config: windowsSshdConfig.map((line) => `${line}\n`).join(""),
      ...(options.openSsh?.form === "zip" ? { sshd: "MZ" } : {}),
    },
  };
}

/** The lines of `steps`. */
function stepsOf(profile: GuestProfile, options: SetupOptions): string {
  const version = windowsVersion(profile);
  if (version === undefined) throw new Error("no Windows");
  return setupSteps(profile, version, options)
    .map(({ name }) => `step=${name}\n`)
    .join("");
}

/** The stand-ins that were called, in order. */
function programsOf({ calls }: BatchRun): string[] {
  return calls.map((call) => call.split(" ", 2).join(" "));
}

/** What the table says of the same. A service that is started is looked at twice. */
function programsExpected(profile: GuestProfile, options: SetupOptions): string[] {
  const own = /^(?:reg|copy|xcopy|rd|cd|del|if|for|set|find)\b/;
  return (
    commandsOf(profile, options)
      // The account has its name here, so it is only asked for.
      .filter((line, at) => !line.startsWith("account: ") || at === 0)
      .map((line) => line.replace(/^[a-z-]+(?: \(may fail\))?: /, ""))
      .flatMap((line) =>
        line === 'call "%MEDIUM%start-service.cmd" sshd'
          ? ["net start", "sc query", "sc query"]
          : [line],
      )
      .filter((line) => !own.test(line))
      .map((line) =>
        line
          .replace(/^start "" \/wait /, "")
          .replace(/^"(?:[^"\\]*\\)*(\w+)\.exe"/, "$1")
          .replace(/ >"[^"]*"$/, "")
          .replaceAll("%ProgramData%", "C:\\ProgramData")
          .replaceAll("%STATE%", "C:\\winvm")
          .split(" ", 2)
          .join(" "),
      )
  );
}

/** An index of winvm's is for x86_64 only here; without one nothing is added. */
async function installsTheWholeIndex(windows: WineWindows): Promise<void> {
  const needed = "-P openssh,cygrunsrv,csih,editrights";
  const cases = [
    ["amd64", "-C winvm", "bash\nlibstdc++6\n"],
    ["x86", needed, undefined],
  ] as const;
  for (const [architecture, packages, list] of cases) {
    const medium = setupFiles(guestFor(findGuest("7"), architecture), setupOptions);
    const run = await windows.run(medium, "setup.cmd");
    const setup = run.calls.find((call) => call.startsWith("setup "));
    expect(setup?.slice(setup.search(/-[PC] /))).toBe(packages);
    expect(run.state("cygwin-packages")).toBe(list);
  }
}

async function tellsWhatFailed(windows: WineWindows): Promise<void> {
  prepare(windows);
  const medium = setupFiles(findGuest("11"), setupOptions);
  const cases = [
    [
      { "netsh advfirewall set": 7 },
      "firewall",
      "netsh ended with code 7, see C:\\winvm\\setup.log",
    ],
    [
      { "setup -q": 0xc000_0005 },
      "cygwin",
      "E:\\cygwin\\setup.exe ended with code -1073741819, see C:\\winvm\\setup.log",
    ],
    [
      { "bash -l": 3 },
      "setup-sh",
      "C:\\cygwin64\\bin\\bash.exe ended with code 3, see C:\\winvm\\setup.log",
    ],
    // The watchdog's minutes are short here.
    [
      { "netsh advfirewall set": "hang" },
      "firewall",
      "no end within 15 minutes, see C:\\winvm\\setup.log",
    ],
  ] as const;
  for (const [answers, step, reason] of cases) {
    const run = await windows.run(medium, "setup.cmd", answers);
    expect(run.code, reason).toBe(1);
    expect(run.state("failed")).toBe(`step=${step}\nreason=${reason}\n`);
    expect(run.com1).toBe(`winvm-setup: failed: ${step}: ${reason}\r\n`);
    expect(run.state("installed")).toBeUndefined();
    expect(run.calls.includes("shutdown -s -f -t 0")).toBe(reason.startsWith("no end"));
  }

  const inBox = setupFiles(findGuest("2025"), { ...setupOptions, provider: "in-box" });
  rmSync(join(windows.drive, "ProgramData", "ssh"), { recursive: true });
  expect((await windows.run(inBox, "setup.cmd", { "net start": 2 })).state("failed")).toBe(
    "step=sshd\nreason=the service sshd never ran: it made no C:\\ProgramData\\ssh\n",
  );
  prepare(windows);
  expect((await windows.run(inBox, "setup.cmd", { "sc query": 0 })).state("failed")).toBe(
    "step=sshd\nreason=the service sshd does not run, see C:\\winvm\\service\n",
  );
}

function ofService({ calls }: BatchRun): string[] {
  return calls.filter((call) => /^(?:net (?:start|stop)|sc query)/.test(call));
}

/** One that is late to start, and one that ends again. */
async function waitsForTheService(windows: WineWindows): Promise<void> {
  prepare(windows);
  const inBox = setupFiles(findGuest("2025"), { ...setupOptions, provider: "in-box" });
  const looks = async (...answers: readonly string[]): Promise<BatchRun> =>
    windows.run(inBox, "setup.cmd", { "sc query": `said ${answers.join(",")}` });
  const [start, look, stop] = ["net start sshd", "sc query sshd", "net stop sshd"];
  const late = await looks("START_PENDING", "STOPPED", "RUNNING");
  expect(ofService(late)).toEqual([
    start,
    look,
    start,
    look,
    start,
    look,
    look,
    stop,
    start,
    look,
    look,
  ]);
  expect(late.code).toBe(0);
  const falls = await looks("RUNNING", "STOPPED", "RUNNING");
  expect(ofService(falls)).toEqual([start, look, look, start, look, look, stop, start, look, look]);
  expect(falls.code).toBe(0);
}

function unnamable(code: number): string {
  const reason =
    "reason=the built-in account can't be called Administrator: secedit ended with code";
  return `${reason} ${code}, see C:\\winvm\\account.log`;
}

/** The built-in account of Windows in a language that calls it otherwise. */
async function namesTheAccount(windows: WineWindows): Promise<void> {
  const medium = setupFiles(findGuest("11"), setupOptions);
  const asked = "net user Administrator";
  const renames: unknown = expect.stringMatching(
    /^secedit \/configure \/db ".+\\winvm-account\.sdb" \/cfg "D:\\winvm\\account\.inf" \/areas SECURITYPOLICY \/log "C:\\winvm\\account\.log" \/quiet$/,
  );
  const cases = [
    [{}, 0, [asked]],
    [{ [asked]: 2 }, 0, [asked, renames]],
    // A warning has a code, too: what counts is the name.
    [{ [asked]: 2, secedit: 3 }, 3, [asked, renames, asked]],
  ] as const;
  for (const [answers, code, calls] of cases) {
    const run = await windows.run(medium, "specialize.cmd", answers);
    expect(run.code).toBe(code);
    expect(run.calls).toEqual(calls);
    expect(run.state("failed")).toBe(code === 0 ? undefined : `step=account\n${unnamable(3)}\n`);
  }
  // Setup's own handler lets that stand.
  const handled = await windows.run(
    medium,
    "ErrorHandler.cmd",
    {},
    {
      failed: Buffer.from("step=account\r\n"),
    },
  );
  expect(handled.state("failed")).toBe("step=account\n");
  expect(handled.calls).toEqual(["shutdown /s /t 0 /f"]);
  // XP logs on whoever it is, so there it is set-up that sees to it.
  const xp = setupFiles(findGuest("xp"), setupOptions);
  const named = await windows.run(xp, "setup.cmd", { [asked]: 2 });
  expect(named.calls.slice(0, 2)).toEqual([asked, renames]);
  expect(named.code).toBe(0);
  const unnamed = await windows.run(xp, "setup.cmd", { [asked]: 2, secedit: 1 });
  expect(unnamed.state("failed")).toBe(`step=account\n${unnamable(1)}\n`);
}

/** UserExecute of XP's Setup. */
async function isLeftAloneBySetup(windows: WineWindows): Promise<void> {
  const medium = setupFiles(findGuest("xp"), setupOptions);
  const flag = ["HKLM\\SYSTEM\\Setup", "/v", "SystemSetupInProgress"];
  await windows.ask("reg", "add", ...flag, "/t", "REG_DWORD", "/d", "1", "/f");
  expect(await windows.run(medium, "setup.cmd")).toMatchObject({ code: 0, calls: [] });
  await windows.ask("reg", "add", ...flag, "/t", "REG_DWORD", "/d", "0", "/f");
  expect((await windows.run(medium, "setup.cmd")).calls).not.toEqual([]);
}

async function specializes(windows: WineWindows): Promise<void> {
  const medium = setupFiles(findGuest("11"), setupOptions);
  const scripts = join(windows.drive, "windows", "Setup", "Scripts");
  rmSync(scripts, { recursive: true, force: true });
  expect(await windows.run(medium, "specialize.cmd")).toMatchObject({ code: 0 });
  expect(windows.read("windows/Setup/Scripts/ErrorHandler.cmd")).toContain("windows-setup");
  const fileSystem = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\FileSystem";
  expect(await windows.ask("reg", "query", fileSystem, "/v", "LongPathsEnabled")).toContain("0x1");
  const xp = setupFiles(findGuest("xp"), setupOptions);
  expect(await windows.run(xp, "specialize.cmd")).toMatchObject({ code: 0 });
  // A medium that lacks a file.
  const { "winvm/ErrorHandler.cmd": _, ...lacking } = medium;
  rmSync(scripts, { recursive: true });
  expect(await windows.run(lacking, "specialize.cmd")).toMatchObject({ code: 3 });
  // A crash's code is negative.
  const crashing = specializeLines([{ kind: "must", line: "cmd /c exit -1073741819" }]);
  const script = Buffer.from(["@echo off", ...crashing, ""].join("\r\n"));
  expect(
    await windows.run({ ...medium, "winvm/specialize.cmd": script }, "specialize.cmd"),
  ).toMatchObject({ code: 3 });

  const handled = await windows.run(medium, "ErrorHandler.cmd");
  expect(handled.calls).toEqual(["shutdown /s /t 0 /f"]);
  expect(handled.state("failed")).toMatch(/^step=windows-setup\nreason=.+\n$/);
  expect(handled.com1).toMatch(/^winvm-setup: failed: windows-setup: .+\r\n$/);
}

/** Wine's script engine reads the script; what unpacks is an object of the Explorer's that Wine's does not have. */
async function unzipFails(windows: WineWindows): Promise<void> {
  const at = join(windows.drive, "unzip");
  mkdirSync(at);
  writeFileSync(join(at, "unzip.vbs"), readAsset("unzip.vbs"));
  writeFileSync(join(at, "no.zip"), "no zip");
  const codeOf = async (...argv: readonly string[]): Promise<unknown> => {
    const asked = ["C:\\windows\\system32\\cscript.exe", "//nologo", "//b", "C:\\unzip\\unzip.vbs"];
    return windows.ask(...asked, ...argv).catch((error: RuntimeError) => error.data["exitCode"]);
  };
  expect(await codeOf("C:\\unzip\\none.zip", "C:\\unzip\\to")).toBe(1);
  expect(await codeOf("C:\\unzip\\no.zip", "C:\\unzip\\to")).toBe(1);
  // An error in the middle is none that ends with 0.
  expect(await codeOf("C:\\unzip\\no.zip", "C:\\un|zip\\to\\there")).toBe(3);
}

async function mountsShares(windows: WineWindows): Promise<void> {
  const options = { ...setupOptions, provider: "in-box" as const };
  const medium = setupFiles(findGuest("2025"), options);
  // What setup.cmd has copied.
  const state = Object.fromEntries(
    ["settings", "credentials", "shares"].map((name) => [
      name,
      medium[`winvm/${name}`] ?? Buffer.alloc(0),
    ]),
  );
  const answers = {
    "net use S: \\\\": 2,
    "net use S:": 0,
    "net use X: \\\\": 0,
    "net use X:": 2,
    "net use T: \\\\": 53,
    "net use T:": 2,
  };
  const run = await windows.run(medium, "mount-shares.cmd", answers, state);
  expect(run.calls).toEqual([
    "net use X:",
    "net use X: \\\\192.168.0.2\\xchg\\io Zb6L8mHd2cbnGz /user:winvm /persistent:no",
    "net use S:",
    "net use T:",
    "net use T: \\\\192.168.0.2\\slot1\\io Zb6L8mHd2cbnGz /user:winvm /persistent:no",
  ]);
  expect(run.code).toBe(1);
  expect(run.said).toContain(
    "mount-shares: T: could not be connected to \\\\192.168.0.2\\slot1\\io",
  );
}
