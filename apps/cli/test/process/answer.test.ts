import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { follow, winvm, winvmCommand } from "../fixtures/winvm.ts";

const key = ["--product-key", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"];

const driver = "[Version]\nSignature=$WINDOWS NT$\n[DefaultInstall.NTamd64]\n";

describe("answer files from the real catalogue", { tags: ["host"] }, () => {
  test("the file comes out byte for byte, with CR LF", async () => {
    const { status, stdout, stderr } = await winvm([
      "answer",
      "xp",
      ...key,
      "--password",
      "Ab1-xyz",
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const text = stdout.toString();
    expect(text).toContain('AdminPassword = "Ab1-xyz"\r\n');
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  });

  test("a password is made up, another one each time, and told", async () => {
    const [one, other] = await Promise.all(
      ["11", "11"].map((guest) => winvm(["answer", guest, "--json"])),
    );
    const [first, second] = [one, other].map(
      (done) => JSON.parse(done?.stdout.toString() ?? "") as Record<string, string>,
    );
    expect(first?.["text"]).toContain(`<Value>${first?.["password"]}</Value>`);
    expect(first).toMatchObject({ fileName: "Autounattend.xml", passwordMadeUp: true });
    expect(first?.["password"]).not.toBe(second?.["password"]);
  });

  test("all faults are told at once, and nothing of the password", async () => {
    const { status, stdout, stderr } = await winvm([
      "answer",
      "11",
      "--firmware",
      "bios",
      "--arch",
      "x86",
      "--tpm",
      "real",
      "--time-zone",
      "Mars",
      "--computer-name",
      "a_b",
      "--password",
      "secret",
      "--user",
      "a/b",
    ]);
    expect({ status, out: stdout.length }).toEqual({ status: 125, out: 0 });
    for (const path of ["architecture", "firmware", "tpm", "timeZone", "computerName", "user.name"])
      expect(stderr).toContain(`${path}: expected`);
    expect(stderr).toContain("code: UNATTEND_OPTIONS_INVALID");
    expect(stderr).not.toContain("secret");
  });

  test("drivers of this host are no part of the file: it is told where they belong", async () => {
    const directory = temporaryDirectory();
    const args = ["answer", "10", "--driver", "E:\\more", "--driver", directory];
    const refused = await winvm(args);
    expect(refused.status).toBe(125);
    expect(refused.stderr).toContain("drivers[1]: expected at least one .inf in it");
    writeFileSync(join(directory, "a.inf"), driver);
    const { status, stdout, stderr } = await winvm(args);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `winvm: ${directory} belongs at $WinPEDriver$\\1 in the root of a drive\n`,
    });
    expect(stdout.toString()).toContain("<Path>E:\\more</Path>");
    const json = await winvm([...args, "--json"]);
    expect(json.stderr).toBe("");
    expect(JSON.parse(json.stdout.toString())).toMatchObject({
      drivers: [{ directory, place: "$WinPEDriver$\\1" }],
    });
  });

  test("an unknown guest gets the nearest name", async () => {
    const { status, stderr } = await winvm(["answer", "2o25"]);
    expect(status).toBe(125);
    expect(stderr).toContain("hint: the nearest is 2025 (Windows Server 2025)");
  });
});

describe("set-up media", { tags: ["host"] }, () => {
  test("what is written is what the installation would get; a directory in use is left alone", async (context) => {
    requirePrograms(context, { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32" });
    const parent = temporaryDirectory();
    const out = join(parent, "xp");
    const args = ["media", "xp", ...key, "--out", out, "--store", join(parent, "store")];
    const { status, stdout, stderr } = await winvm(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const names = ["floppy.img", "guest_ed25519", "secrets.json", "setup.iso"];
    expect(stdout.toString()).toBe(names.map((name) => `${join(out, name)}\n`).join(""));
    expect(readdirSync(out).sort()).toEqual(names);
    expect(statSync(join(out, "floppy.img")).size).toBe(1_474_560);
    expect(statSync(join(out, "secrets.json")).mode & 0o777).toBe(0o600);
    const { adminPassword } = JSON.parse(readFileSync(join(out, "secrets.json"), "utf8")) as {
      adminPassword: string;
    };
    expect(readFileSync(join(out, "floppy.img"), "latin1")).toContain(
      `AdminPassword = "${adminPassword}"`,
    );

    const again = await winvm(args);
    expect(again.status).toBe(125);
    expect(again.stderr).toContain("is not an empty directory");
    expect(readdirSync(parent).sort()).toEqual(["store", "xp"]);
  });

  test("Microsoft's OpenSSH comes along when it is the provider; without it the request is refused", async () => {
    const parent = temporaryDirectory();
    const [zip, out] = [join(parent, "openssh.zip"), join(parent, "7")];
    writeFileSync(zip, "PK\u0003\u0004 not much of a zip");
    const args = ["media", "7", "--shell-provider", "win32-openssh", "--out", out];
    const without = await winvm(args);
    expect(without.status).toBe(125);
    expect(without.stderr).toContain("openSsh: expected");
    const wrong = await winvm([...args, "--openssh", parent]);
    expect(wrong.stderr).toContain("code: PIPELINE_INVALID_REQUEST");
    expect(readdirSync(parent)).toEqual(["openssh.zip"]);
    expect((await winvm([...args, "--openssh", zip])).status).toBe(0);
    expect(readFileSync(join(out, "setup.iso"), "latin1")).toContain("not much of a zip");
  });

  test("drivers are on the ISO, under the names that Setup looks for", async (context) => {
    requirePrograms(context, {
      "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
      isoinfo: "genisoimage",
    });
    const [directory, parent] = [temporaryDirectory(), temporaryDirectory()];
    writeFileSync(join(directory, "disk.inf"), driver);
    const [out, store] = [join(parent, "7"), join(parent, "store")];
    const args = ["media", "7", "--driver", directory, "--out", out, "--store", store];
    expect((await winvm(args)).status).toBe(0);
    const list = ["-J", "-f", "-i", join(out, "setup.iso")];
    const { stdout } = await runProgram("isoinfo", list);
    expect(stdout).toContain("/$WinPEDriver$/1/disk.inf;1\n");
  });

  test("another network moves the server of the shares too, or is refused", async (context) => {
    requirePrograms(context, { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32" });
    const out = join(temporaryDirectory(), "7");
    const args = ["media", "7", "--out", out, "--store", testStore(), "--address"];
    for (const [address, ...more] of [
      ["10.0.0.5/24"],
      ["192.168.0.2/24"],
      ["10.0.0.5/24", "--server", "10.0.1.6"],
    ]) {
      const refused = await winvm([...args, address ?? "", ...more]);
      expect(refused.stderr).toContain("hint: give one of its own network with --server");
      expect(refused.stderr).toContain("code: PIPELINE_INVALID_REQUEST");
    }
    expect((await winvm([...args, "10.0.0.5/24", "--server", "10.0.0.6"])).status).toBe(0);
    expect(readFileSync(join(out, "setup.iso"), "latin1")).toContain("\nserver=10.0.0.6\n");
  });

  test("a link and a mount point can't be replaced, which is told; nothing is left beside them", async (context) => {
    requirePrograms(context, { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32" });
    const parent = temporaryDirectory();
    for (const name of ["elsewhere", "mounted"]) mkdirSync(join(parent, name));
    symlinkSync("elsewhere", join(parent, "link"));
    const media = (name: string): readonly string[] =>
      winvmCommand("real", ["media", "7", "--out", join(parent, name), "--store", testStore()]);
    const link = await follow(media("link")).finished;
    expect(link).toMatchObject({ status: 125, stderr: expect.stringMatching(/neither a mount/) });

    const mounting = `mount -t tmpfs none "$0" && exec "$@"`;
    const unshare = ["unshare", "--map-root-user", "--mount", "sh", "-c", mounting];
    const below = [...unshare, join(parent, "mounted")];
    if ((await follow([...below, "true"]).finished).status !== 0)
      context.skip("needs a user namespace in which it may mount");
    const mounted = await follow([...below, ...media("mounted")]).finished;
    expect(mounted).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/it can't be replaced: EBUSY/),
    });
    expect(readdirSync(parent).sort()).toEqual(["elsewhere", "link", "mounted"]);
  });

  test("wrong options leave nothing behind", async () => {
    const parent = temporaryDirectory();
    const { status } = await winvm(["media", "xp", "--out", join(parent, "xp")]);
    expect(status).toBe(125);
    expect(readdirSync(parent)).toEqual([]);
  });
});
