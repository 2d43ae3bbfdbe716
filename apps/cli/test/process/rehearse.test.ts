import { describe, expect, test } from "vitest";
import { played } from "../fixtures/winvm.ts";

describe("rehearse", { tags: ["host"] }, () => {
  test("tells how it went, and exits with 0", async () => {
    const { status, stdout } = await played(["rehearse", "7"]);
    expect(status).toBe(0);
    expect(stdout.toString()).toBe(
      [
        "Windows 7 (amd64, bios): green",
        "answer file: Autounattend.xml from winvm, on a floppy",
        "settings: 1 obeyed, 0 ignored, 0 refused",
        "machine: pc, ide, rtl8139, 1 CPU, 1 GiB; 2 restarts, 24s",
        "command 1 of specialize: exit code 0",
        "",
      ].join("\n"),
    );
  });

  test("shows every setting with --verbose", async () => {
    const { stdout } = await played(["rehearse", "7", "--verbose"]);
    expect(stdout.toString()).toContain("obeyed  specialize  line 7  Shell/ComputerName\n");
  });

  test("exits with 1 where Setup would stop, and names pass, setting and reason", async () => {
    const { status, stdout } = await played(["rehearse", "7", "--answer-file", "/an/answer.xml"]);
    expect(status).toBe(1);
    expect(stdout.toString()).toContain("answer file: Autounattend.xml from /an/answer.xml");
    expect(stdout.toString()).toMatch(
      /refused +oobeSystem +Shell\/OOBEE +there is no such setting/,
    );
  });

  test("--json gives the report", async () => {
    const { stdout } = await played(["rehearse", "11", "--json", "--firmware", "uefi"]);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      guest: "11",
      verdict: "green",
      judgement: { firmware: "uefi", counts: { obeyed: 1 } },
    });
  });

  test("--all plays every guest: a line each, or an array", async () => {
    const { status, stdout } = await played(["rehearse", "--all"]);
    expect(status).toBe(0);
    expect(stdout.toString().split("\n").slice(1, -1)).toEqual([
      expect.stringMatching(/^xp +x86 .* green$/),
      expect.stringMatching(/^10 +amd64 .* green$/),
    ]);
    const json = await played(["rehearse", "--all", "--json"]);
    expect(JSON.parse(json.stdout.toString())).toMatchObject([{ guest: "xp" }, { guest: "10" }]);
  });

  test("--all-architectures plays each architecture, of all guests or of one", async () => {
    const all = await played(["rehearse", "--all", "--all-architectures", "--json"]);
    expect(JSON.parse(all.stdout.toString())).toMatchObject([
      { guest: "xp", architecture: "x86", firmware: "bios", verdict: "green", elapsedMs: 24_000 },
      { guest: "10", architecture: "amd64" },
      { guest: "10", architecture: "x86" },
    ]);
    const { stdout } = await played(["rehearse", "10", "--all-architectures"]);
    expect(stdout.toString().split("\n").slice(1, -1)).toEqual([
      expect.stringMatching(/^10 +amd64 +bios .* 24s +green$/),
      expect.stringMatching(/^10 +x86 +bios .* 24s +green$/),
    ]);
    const beside = await played(["rehearse", "10", "--all-architectures", "--arch", "x86"]);
    expect(beside.stderr).toContain("--all-architectures: expected no --arch");
  });

  test("one of several that fails is told, has its line, and the others are played", async () => {
    const { status, stdout, stderr } = await played(["rehearse", "--all", "--firmware", "uefi"]);
    expect(status).toBe(125);
    expect(stderr).toContain("winvm: rehearse Windows XP: it can't be started by uefi\n");
    expect(stdout.toString().split("\n").slice(1, -1)).toEqual([
      expect.stringMatching(/^xp +x86 +uefi .* failed$/),
      expect.stringMatching(/^10 +amd64 +uefi .* green$/),
    ]);
    const json = await played(["rehearse", "--all", "--firmware", "uefi", "--json"]);
    expect(JSON.parse(json.stdout.toString())).toMatchObject([
      { guest: "xp", verdict: "failed", error: { code: "RUNTIME_PROGRAM_FAILED" } },
      { guest: "10", verdict: "green" },
    ]);
  });
});
