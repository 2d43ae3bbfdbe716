import { describe, expect, test } from "vitest";
import {
  answerFile,
  findGuest,
  floppyFiles,
  setupFiles,
  setupLabel,
  UnattendError,
  writeIso,
} from "../src/index.ts";
import type { SetupOptions } from "../src/index.ts";
import type { Fault } from "@winvm/runtime";
import { checkSetupOptions } from "../src/setup/rules.ts";
import { setupOptions, shares } from "./support/setup-options.ts";

const administratorPassword = "Abcdef1!";

describe("setupFiles", () => {
  test("of a Windows", () => {
    const profile = findGuest("11");
    const answer = answerFile(profile, { administratorPassword });
    const files = setupFiles(profile, { ...setupOptions, answer });
    expect(Object.keys(files).sort()).toEqual([
      "Autounattend.xml",
      "winvm/ErrorHandler.cmd",
      "winvm/account.inf",
      "winvm/authorized_keys",
      "winvm/credentials",
      "winvm/settings",
      "winvm/setup.cmd",
      "winvm/setup.sh",
      "winvm/shares",
      "winvm/specialize.cmd",
      "winvm/watchdog.cmd",
      "winvm/winvm-launch.exe",
      "winvm/winvm-mount-shares",
    ]);
    expect(files["Autounattend.xml"]).toEqual(answer.bytes);
    expect(files["winvm/winvm-launch.exe"]?.toString()).toBe("MZ launcher");
  });

  test("of XP, whose Setup knows no error handler", () => {
    expect(Object.keys(setupFiles(findGuest("xp"), setupOptions)).sort()).toEqual([
      "winvm/account.inf",
      "winvm/authorized_keys",
      "winvm/credentials",
      "winvm/settings",
      "winvm/setup.cmd",
      "winvm/setup.sh",
      "winvm/shares",
      "winvm/specialize.cmd",
      "winvm/watchdog.cmd",
      "winvm/winvm-launch.exe",
      "winvm/winvm-mount-shares",
    ]);
  });

  test("with Microsoft's OpenSSH instead of Cygwin: no shell scripts", () => {
    const bytes = Buffer.from("504b0304aa", "hex");
    const files = setupFiles(findGuest("10"), {
      ...setupOptions,
      provider: "win32-openssh",
      openSsh: { form: "zip", bytes },
    });
    expect(Object.keys(files).sort()).toEqual([
      "winvm/ErrorHandler.cmd",
      "winvm/account.inf",
      "winvm/authorized_keys",
      "winvm/credentials",
      "winvm/mount-shares.cmd",
      "winvm/openssh.zip",
      "winvm/settings",
      "winvm/setup.cmd",
      "winvm/shares",
      "winvm/specialize.cmd",
      "winvm/sshd_config",
      "winvm/start-service.cmd",
      "winvm/watchdog.cmd",
      "winvm/winvm-launch.exe",
    ]);
    expect(files["winvm/openssh.zip"]).toEqual(bytes);
    expect(files["winvm/settings"]?.toString()).not.toContain("packages=");
  });

  test("with the list of Cygwin's packages, for the guest to compare", () => {
    const cygwinPackages = ["bash", "libstdc++6"];
    const files = setupFiles(findGuest("10"), { ...setupOptions, cygwinPackages });
    expect(files["winvm/cygwin-packages"]?.toString()).toBe("bash\nlibstdc++6\n");
  });

  test.each([
    ["7", { provider: "in-box" }, "provider", "cygwin or win32-openssh"],
    ["reference", { provider: "cygwin" }, "provider", "none: shell and SSH server are built in"],
    ["10", { provider: "win32-openssh" }, "openSsh", "the bytes of Win32-OpenSSH, a zip or an msi"],
    [
      "10",
      { openSsh: { form: "zip", bytes: Buffer.from("PK\u0003\u0004") } },
      "openSsh",
      "nothing, without the provider win32-openssh",
    ],
    [
      "10",
      { provider: "win32-openssh", openSsh: { form: "msi", bytes: Buffer.from("PK\u0003\u0004") } },
      "openSsh.bytes",
      "the bytes of a msi file",
    ],
    [
      "2008r2",
      {
        provider: "win32-openssh",
        openSsh: { form: "zip", bytes: Buffer.from("PK\u0003\u0004") },
        edition: "standard core",
      },
      "openSsh",
      "an msi: without a desktop this Windows can't unpack a zip",
    ],
    ["7", { build: 1 }, "build", "a build of Windows 7"],
    ["7", { cygwinPackages: ["a b"] }, "cygwinPackages[0]", "the name of a Cygwin package"],
  ] as const)("%s with %j is refused", (guest, wrong, path, expected) => {
    const options = { ...setupOptions, ...wrong } as SetupOptions;
    const faults = checkSetupOptions(findGuest(guest), options);
    expect(faults.map((fault) => [fault.path, fault.expected])).toEqual([[path, expected]]);
  });

  test.each([
    ["11", 27_999, []],
    ["vista", 6003, []],
    ["11", 19_045, ["build"]],
    ["2025", 26_200, ["build"]],
  ])("of %s any build will do, known or not: %i", (guest, build, paths) => {
    const faults = checkSetupOptions(findGuest(guest), { ...setupOptions, build });
    expect(faults.map(({ path }) => path)).toEqual(paths);
  });

  test("of the reference guest: no batch files", () => {
    const files = setupFiles(findGuest("reference"), { ...setupOptions, launcher: undefined });
    expect(Object.keys(files).sort()).toEqual([
      "winvm/authorized_keys",
      "winvm/credentials",
      "winvm/settings",
      "winvm/setup.sh",
      "winvm/shares",
    ]);
  });

  test("data files are lines that end with LF", () => {
    const files = setupFiles(findGuest("7"), { ...setupOptions, server: "10.0.0.2" });
    expect(files["winvm/authorized_keys"]?.toString()).toBe(`${setupOptions.authorizedKey}\n`);
    expect(files["winvm/credentials"]?.toString()).toBe(
      "username=winvm\npassword=Zb6L8mHd2cbnGz\n",
    );
    expect(files["winvm/settings"]?.toString()).toBe(
      "guest=7\nserver=10.0.0.2\nshellRoot=C:\\cygwin64\npackages=openssh,cygrunsrv,csih,editrights\n",
    );
    expect(files["winvm/shares"]?.toString()).toBe(
      "xchg\tX\t/tmp/xchg\trw\nnixstore\tS\t/nix/store\tro\nslot1\tT\t/mnt/slot1\tro\n",
    );
  });

  test("the answer file is where Setup looks for it: on a CD or on a floppy, never on both", () => {
    const profile = findGuest("7");
    const answer = answerFile(profile, { administratorPassword });
    expect(setupFiles(profile, { ...setupOptions, answer })).not.toHaveProperty([
      "Autounattend.xml",
    ]);
    expect(Object.keys(floppyFiles(profile, { answer }) ?? {})).toEqual(["Autounattend.xml"]);
    expect(floppyFiles(profile, { answer, firmware: "uefi" })).toBeUndefined();
    expect(setupFiles(profile, { ...setupOptions, answer, firmware: "uefi" })).toHaveProperty([
      "Autounattend.xml",
    ]);
    expect(floppyFiles(findGuest("11"), { answer })).toBeUndefined();
  });

  test("the same input gives the same medium", () => {
    const [one, other] = [1, 2].map(() =>
      writeIso({ label: setupLabel, files: setupFiles(findGuest("11"), setupOptions) }),
    );
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
  });

  test("all faults are told at once, without the password", () => {
    const options: SetupOptions = {
      authorizedKey: "ssh-rsa AAAA\nssh-rsa BBBB",
      smb: { user: "a b", password: "se cret" },
      server: "-x",
      shares: [
        ...shares,
        { tag: "XCHG", letter: "X", guestPath: "/tmp/xchg", readOnly: false },
        { tag: "a b", letter: "C", guestPath: "/mnt/a b", readOnly: false },
      ],
    };
    let thrown: unknown;
    try {
      setupFiles(findGuest("11"), options);
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof UnattendError)) throw new Error("the options were taken");
    const faults = thrown.data["faults"] as Fault[];
    expect(faults.map(({ path }) => path)).toEqual([
      "authorizedKey",
      "smb.user",
      "smb.password",
      "server",
      "shares[4].tag",
      "shares[4].letter",
      "shares[4].guestPath",
      "shares[3].tag",
      "shares[3].letter",
      "shares[3].guestPath",
    ]);
    expect(thrown.message).not.toContain("se cret");
  });
});

describe.each([
  ["xp", "cygwin", "setup.cmd"],
  ["11", "cygwin", "setup.cmd"],
  ["11", "cygwin", "specialize.cmd"],
  ["11", "cygwin", "ErrorHandler.cmd"],
  ["11", "cygwin", "watchdog.cmd"],
  ["10", "win32-openssh", "setup.cmd"],
  ["2025", "in-box", "setup.cmd"],
  ["2025", "in-box", "mount-shares.cmd"],
] as const)("of %s with %s, %s", (guest, provider, name) => {
  const openSsh = { form: "zip", bytes: Buffer.from("504b0304", "hex") } as const;
  const files = setupFiles(findGuest(guest), {
    ...setupOptions,
    provider,
    ...(provider === "win32-openssh" && { openSsh }),
  });
  const text = files[`winvm/${name}`]?.toString() ?? "";
  const lines = text.split("\r\n");

  test("is ASCII in lines that end with CR LF", () => {
    expect(/^(?:[\x20-\x7e]*\r\n)+$/.test(text)).toBe(true);
  });

  test("jumps and calls only to labels that are there", () => {
    const labels = lines.flatMap((line) => /^:([a-z]+)$/.exec(line)?.[1] ?? []);
    const used = [...text.matchAll(/\b(?:goto |call :)([a-z]+)/g)].map(([, label]) => label);
    expect(used.filter((label) => label === undefined || !labels.includes(label))).toEqual([]);
    expect(labels.filter((label) => !used.includes(label))).toEqual([]);
  });

  test("closes its quotes, and its lines are short enough for cmd", () => {
    const commands = lines.filter((line) => !line.startsWith("rem "));
    expect(commands.filter((line) => (line.match(/"/g) ?? []).length % 2 === 1)).toEqual([]);
    expect(Math.max(...commands.map((line) => line.length))).toBeLessThan(8191);
  });
});

test.each(["setup.sh", "winvm-mount-shares"])("%s has LF line ends", (name) => {
  const text = setupFiles(findGuest("11"), setupOptions)[`winvm/${name}`]?.toString() ?? "";
  expect(text.startsWith("#!/bin/bash\n")).toBe(true);
  expect(text).not.toContain("\r\n");
});
