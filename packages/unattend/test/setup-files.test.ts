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
      "winvm/authorized_keys",
      "winvm/credentials",
      "winvm/settings",
      "winvm/setup.cmd",
      "winvm/setup.sh",
      "winvm/shares",
      "winvm/specialize.cmd",
      "winvm/winvm-launch.exe",
      "winvm/winvm-mount-shares",
    ]);
    expect(files["Autounattend.xml"]).toEqual(answer.bytes);
    expect(files["winvm/winvm-launch.exe"]?.toString()).toBe("MZ launcher");
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

describe.each(["setup.cmd", "specialize.cmd", "ErrorHandler.cmd"])("%s", (name) => {
  const text = setupFiles(findGuest("11"), setupOptions)[`winvm/${name}`]?.toString() ?? "";
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
