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
    expect(stdout.toString().split("\n").slice(1, 3)).toEqual([
      expect.stringMatching(/^xp +amd64 .* green$/),
      expect.stringMatching(/^11 +amd64 .* green$/),
    ]);
    const json = await played(["rehearse", "--all", "--json"]);
    expect(JSON.parse(json.stdout.toString())).toMatchObject([{ guest: "xp" }, { guest: "11" }]);
  });
});
