import { describe, expect, test } from "vitest";
import { jsonLines, played } from "../fixtures/winvm.ts";

describe("install and suspend", { tags: ["host"] }, () => {
  test.each(["install", "suspend"])("%s prints where the result is", async (name) => {
    const { status, stdout } = await played([name, "reference"]);
    expect(status).toBe(0);
    expect(stdout.toString()).toBe("/store/images/0123456789abcdef0123456789abcdef\n");
  });

  test("with --json the outcome holds the record", async () => {
    const install = await played(["install", "--json", "reference"]);
    expect(jsonLines(install.stdout)).toMatchObject([
      { type: "outcome", kind: "installed", image: { guest: "reference" } },
    ]);
    const suspend = await played(["suspend", "--json", "reference"]);
    expect(jsonLines(suspend.stdout)).toMatchObject([
      { type: "outcome", kind: "suspended", state: { accelerator: "tcg" } },
    ]);
  });

  test("an error exits with 125, its hint and its code", async () => {
    const { status, stdout, stderr } = await played(["install", "95"]);
    expect(status).toBe(125);
    expect(stdout.length).toBe(0);
    expect(stderr).toBe(
      "winvm: install 95: there is no such guest\nhint: winvm knows reference\ncode: RUNTIME_PROGRAM_FAILED\n",
    );
    const json = await played(["install", "--json", "95"]);
    expect(json.status).toBe(125);
    expect(jsonLines(json.stdout)).toMatchObject([
      { type: "outcome", kind: "refused", error: { code: "RUNTIME_PROGRAM_FAILED" } },
    ]);
  });
});

describe("what a guest is installed from", { tags: ["host"] }, () => {
  test("install needs a guest or an ISO, and hands over what was asked of it", async () => {
    const neither = await played(["install"]);
    expect(neither.status).toBe(125);
    expect(neither.stderr).toContain("GUEST: expected the name of a guest, or --iso FILE");
    const args = [
      "install",
      "--json",
      "--iso",
      "/w.iso",
      "--edition",
      "Pro",
      "--language",
      "de-DE",
    ];
    const { stdout } = await played([...args, "--product-key", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"]);
    const inputs = {
      iso: "/w.iso",
      edition: "Pro",
      language: "de-DE",
      productKey: "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
    };
    expect(jsonLines(stdout)).toMatchObject([{ kind: "installed", image: { inputs } }]);
  });

  test("answer hands over every option, and prints the file as it is", async () => {
    const { status, stdout } = await played([
      "answer",
      "2025",
      "--edition",
      "Standard Core",
      "--image",
      "2",
      "--evaluation",
      "--product-key",
      "K",
      "--arch",
      "amd64",
      "--firmware",
      "uefi",
      "--language",
      "de-DE",
      "--keyboard",
      "0407:00000407",
      "--time-zone",
      "UTC",
      "--computer-name",
      "PC",
      "--user",
      "ada",
      "--password",
      "Lovelace-1815",
      "--address",
      "10.0.0.1/8",
      "--command",
      "echo 1",
      "--command",
      "echo 2",
      "--tpm",
      "emulated",
      "--driver",
      "E:\\a",
      "--shell-provider",
      "in-box",
      "--openssh",
      "/o.zip",
    ]);
    expect(status).toBe(0);
    const [file, request = ""] = stdout.toString().split("\r\n");
    expect(file).toBe("<unattend/>");
    expect(JSON.parse(request)).toEqual({
      guest: "2025",
      edition: "Standard Core",
      image: 2,
      evaluation: true,
      productKey: "K",
      architecture: "amd64",
      firmware: "uefi",
      language: "de-DE",
      keyboard: "0407:00000407",
      timeZone: "UTC",
      computerName: "PC",
      user: "ada",
      password: "Lovelace-1815",
      address: "10.0.0.1/8",
      commands: ["echo 1", "echo 2"],
      tpm: "emulated",
      drivers: ["E:\\a"],
      shellProvider: "in-box",
      openSsh: "/o.zip",
    });
    const json = await played(["answer", "11", "--json", "--image", "Windows 11 Pro"]);
    expect(JSON.parse(json.stdout.toString())).toMatchObject({
      guest: "11",
      fileName: "Autounattend.xml",
      medium: "cdrom",
      passwordMadeUp: true,
      text: expect.stringContaining('"image":"Windows 11 Pro"') as unknown,
    });
  });

  test("media prints where they are", async () => {
    const { status, stdout } = await played(["media", "xp", "--out", "/tmp/xp"]);
    expect({ status, stdout: stdout.toString() }).toEqual({
      status: 0,
      stdout: "/tmp/xp/floppy.img\n/tmp/xp/setup.iso\n",
    });
  });

  test("install hands over how Windows is set up", async () => {
    const { stdout } = await played([
      "install",
      "7",
      "--json",
      "--iso",
      "/w.iso",
      "--arch",
      "x86",
      "--user",
      "ada",
      "--command",
      "echo 1",
    ]);
    const inputs = { iso: "/w.iso", architecture: "x86", user: "ada", commands: ["echo 1"] };
    expect(jsonLines(stdout)).toMatchObject([{ kind: "installed", image: { inputs } }]);
  });

  test("inspect tells what an ISO holds", async () => {
    const { status, stdout } = await played(["inspect", "/w.iso"]);
    expect(status).toBe(0);
    expect(stdout.toString()).toBe(
      [
        "windows       Windows 11 (for winvm: 11)",
        "architecture  amd64",
        "channel       retail",
        "languages     en-US",
        "boots with    bios, uefi",
        "label         CCCOMA_X64FRE_EN-US_DV9 (udf, 5 GiB)",
        "known by      install.wim",
        "",
        "INDEX  EDITION         ID            VERSION     LANGUAGES",
        "    6  Windows 11 Pro  Professional  10.0.26100  en-US",
        "",
      ].join("\n"),
    );
    const json = await played(["inspect", "--json", "/w.iso"]);
    expect(JSON.parse(json.stdout.toString())).toMatchObject({ file: "/w.iso", guests: ["11"] });
  });
});

describe("lists", { tags: ["host"] }, () => {
  test("images as a table and as JSON", async () => {
    const table = await played(["images"]);
    expect(table.stdout.toString()).toMatch(
      /^KEY +GUEST +SIZE +MADE +USED +PIN\n0123456789ab  reference  1\.5 GiB  \d+ days ago +\d+ days ago\n$/,
    );
    const json = await played(["images", "--json"]);
    expect(JSON.parse(json.stdout.toString())).toMatchObject([
      { guest: "reference", sizeBytes: 1_610_612_736 },
    ]);
  });

  test("no states are an empty table and an empty array", async () => {
    expect((await played(["states"])).stdout.toString()).toMatch(/^KEY .*\n$/);
    expect(JSON.parse((await played(["--json", "states"])).stdout.toString())).toEqual([]);
  });

  test("a state goes out by standard output and comes in by standard input", async () => {
    for (const name of ["-", "/dev/stdout"]) {
      const out = await played(["export", "1234", name]);
      expect({ status: out.status, stdout: String(out.stdout) }).toEqual({
        status: 0,
        stdout: "portable bytes",
      });
    }
    const file = await played(["export", "1234", "/tmp/s.winvm"]);
    expect(String(file.stdout)).toBe("/tmp/s.winvm: 14 B, of 4 KiB\n");
    const json = await played(["export", "--json", "1234", "-"]);
    expect(json.status).toBe(125);
    expect(json.stderr).toContain("--json: expected a FILE that is not standard output");
    const imported = await played(["import", "/tmp/s.winvm"]);
    expect(String(imported.stdout)).toBe(
      "was there  images/0123\nadded      states/4567\nnamed      tools, states/4567\nnot named  warm, states/4567\nreference: /store/images/0123456789abcdef0123456789abcdef\n",
    );
  });

  test.each([
    ["states", "--pin", "pinned"],
    ["images", "--unpin", "let go"],
  ])("%s %s", async (listing, option, told) => {
    const { stdout } = await played([listing, option, "7"]);
    expect(String(stdout)).toBe(`${told}: 0123456789abcdef0123456789abcdef (7)\n`);
    const both = await played([listing, "--pin", "7", "--unpin", "8"]);
    expect(both.stderr).toContain("--unpin: expected not with --pin");
  });

  test("states --name and --unname", async () => {
    const named = await played(["states", "--name", "tools=0123"]);
    expect(String(named.stdout)).toBe(
      "named: tools is 0123 (reference); before it was the name of 4567\n",
    );
    const json = await played(["states", "--json", "--unname", "tools"]);
    expect(JSON.parse(String(json.stdout))).toEqual({ name: "tools", key: "4567" });
    expect((await played(["states", "--name", "tools"])).stderr).toContain(
      "--name: expected NAME=STATE",
    );
    const both = await played(["states", "--unname", "a", "--pin", "b"]);
    expect(both.status).toBe(125);
    expect(both.stderr).toContain("--pin: expected not with --unname");
  });

  test("gc tells which names keep something, and takes no heed of them on request", async () => {
    const told = "kept for their names: tools, warm (`winvm states --unname NAME` gives one up)\n";
    expect(String((await played(["gc", "--all"])).stdout)).toContain(told);
    expect(String((await played(["gc", "--all", "--named"])).stdout)).not.toContain("names");
  });

  test("gc says when it can't make the store as small as asked", async () => {
    const { stdout } = await played(["gc", "--max-size", "1G"]);
    expect(String(stdout)).toContain("4 GiB stay, more than asked for");
    expect(String((await played(["gc", "--max-size", "4G"])).stdout)).not.toContain("stay");
    expect((await played(["gc", "--max-size", "much"])).stderr).toContain("--max-size: expected");
  });

  test("gc tells what it removed, or would", async () => {
    expect((await played(["gc"])).stdout.toString()).toBe(
      "removed  runs/r1  2 KiB  its owner has died\n2 KiB freed\n" +
        "kept for their names: tools, warm (`winvm states --unname NAME` gives one up)\n",
    );
    expect((await played(["gc", "--dry-run", "--verbose"])).stdout.toString()).toContain(
      "would remove  runs/r1",
    );
  });

  test("doctor tells each need, and exits with 1 where something lacks", async () => {
    const { status, stdout } = await played(["doctor"]);
    expect(status).toBe(1);
    expect(stdout.toString()).toBe(
      [
        "ok       vde_switch   2.3.2",
        "warning  accelerator  tcg",
        "         hint: load the module kvm",
        "lacking  memory       1 GiB",
        "         hint: winvm needs 3 GiB",
        "",
      ].join("\n"),
    );
    expect(JSON.parse((await played(["doctor", "--json"])).stdout.toString())).toHaveLength(3);
  });
});
