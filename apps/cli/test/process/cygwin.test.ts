import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, onTestFinished, test } from "vitest";
import { start, winvm } from "../fixtures/winvm.ts";

const contents: Readonly<Record<string, string>> = {
  bash: "the shell",
  cygwin: "the library, which is longer",
  openssh: "the server",
};

/** A mirror with three packages, bash and cygwin of Base. */
function makeMirror(lie = ""): string {
  const mirror = temporaryDirectory();
  const depends: Readonly<Record<string, string>> = { bash: "cygwin", openssh: "bash cygwin" };
  const packages = Object.entries(contents).map(([name, content]) => {
    const path = `x86_64/release/${name}/${name}-1-1.tar.xz`;
    mkdirSync(dirname(join(mirror, path)), { recursive: true });
    writeFileSync(join(mirror, path), content + lie);
    const hash = createHash("sha512").update(content).digest("hex");
    return [
      `@ ${name}`,
      `sdesc: "${name}"`,
      `category: ${name === "openssh" ? "Net" : "Base"}`,
      ...(depends[name] === undefined ? [] : [`requires: ${depends[name]}`]),
      "version: 1-1",
      `install: ${path} ${content.length} ${hash}`,
      "",
    ].join("\n");
  });
  const head = "release: cygwin\narch: x86_64\nsetup-timestamp: 1700000000\n";
  writeFileSync(join(mirror, "x86_64/setup.ini"), `${head}\n${packages.join("\n")}`);
  return mirror;
}

function indexOf(mirror: string): string {
  return join(mirror, "x86_64/setup.ini");
}

describe("cygwin resolve", { tags: ["host"] }, () => {
  test("--names prints one name a line: Base, or what is asked for, with all that it needs", async () => {
    const index = indexOf(makeMirror());
    const names = async (...more: readonly string[]): Promise<string> => {
      const args = ["cygwin", "resolve", "--setup-ini", index, "--names", ...more];
      const { status, stdout, stderr } = await winvm(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return stdout.toString();
    };
    expect(await names()).toBe("bash\ncygwin\n");
    expect(await names("--package", "openssh")).toBe("bash\ncygwin\nopenssh\n");
    expect(await names("--package", "cygwin")).toBe("cygwin\n");
    expect(await names("--category", "Net", "--category", "Base")).toBe("bash\ncygwin\nopenssh\n");
  });

  test("as a table and as JSON", async () => {
    const args = ["cygwin", "resolve", "--setup-ini", indexOf(makeMirror())];
    expect((await winvm(args)).stdout.toString()).toBe(
      [
        "NAME    VERSION  SIZE  FILE",
        "bash    1-1       9 B  x86_64/release/bash/bash-1-1.tar.xz",
        "cygwin  1-1      28 B  x86_64/release/cygwin/cygwin-1-1.tar.xz",
        "2 packages, 37 B",
        "",
      ].join("\n"),
    );
    const { stdout } = await winvm([...args, "--json"]);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      release: "cygwin",
      packages: [{ name: "bash", size: 9, hash: { algorithm: "sha512" } }, { name: "cygwin" }],
      signature: { found: false, checked: false },
    });
  });

  test("what is not there is told with the way to it, and its code", async () => {
    const index = join(temporaryDirectory(), "setup.ini");
    const hash = "0".repeat(32);
    writeFileSync(
      index,
      `@ a\ncategory: Base\nrequires: b\nversion: 1\ninstall: a 1 ${hash}\n@ b\nrequires: c\nversion: 1\ninstall: b 1 ${hash}\n`,
    );
    const { status, stdout, stderr } = await winvm(["cygwin", "resolve", "--setup-ini", index]);
    expect(status).toBe(125);
    expect(stdout.length).toBe(0);
    expect(stderr).toContain("a → b → c: expected c, got 'no such package'");
    expect(stderr).toMatch(/^code: UNATTEND_CYGWIN_UNRESOLVED$/m);
  });
});

describe("cygwin fetch and iso", { tags: ["host"] }, () => {
  test("from a mirror to an ISO, and once more from the lock", async () => {
    const mirror = makeMirror();
    const base = temporaryDirectory();
    const [one, two, lock] = [join(base, "one"), join(base, "two"), join(base, "my.lock.json")];
    const first = await winvm([
      "cygwin",
      "fetch",
      "--mirror",
      mirror,
      "--package",
      "openssh",
      "--lock",
      lock,
      "--out",
      one,
    ]);
    expect(first).toMatchObject({ status: 0 });
    expect(first.stdout.toString()).toBe(`${one}\n`);
    expect(first.stderr).toMatch(/^winvm: fetch Cygwin's packages …\n.*: done in /);
    expect(readFileSync(lock)).toEqual(readFileSync(join(one, "cygwin.lock.json")));

    const again = ["cygwin", "fetch", "--mirror", mirror, "--lock", lock, "--out", two, "--json"];
    const second = await winvm(again);
    expect(second).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(second.stdout.toString())).toEqual({
      directory: two,
      release: "cygwin",
      arch: "x86_64",
      setupTimestamp: 1_700_000_000,
      packages: 3,
      fetchedBytes: 47,
      reusedFiles: 0,
      signature: { found: false, checked: false },
    });

    const setup = join(base, "setup-x86_64.exe");
    writeFileSync(setup, "MZ");
    for (const directory of [one, two]) {
      const { status, stdout, stderr } = await winvm([
        "cygwin",
        "iso",
        "--verbose",
        "--lock",
        lock,
        "--from",
        directory,
        "--out",
        `${directory}.iso`,
        "--setup-exe",
        setup,
      ]);
      expect({ status, stdout: stdout.toString() }).toEqual({
        status: 0,
        stdout: `${directory}.iso\n`,
      });
      expect(stderr).toMatch(/check \(3 of 3 files\) 100%\n.*write \(/);
    }
    expect(readFileSync(`${one}.iso`).equals(readFileSync(`${two}.iso`))).toBe(true);
  });

  test("an index that lies leaves nothing", async () => {
    const base = temporaryDirectory();
    const args = ["cygwin", "fetch", "--mirror", makeMirror("!"), "--out", join(base, "out")];
    const { status, stdout, stderr } = await winvm(args);
    expect(status).toBe(125);
    expect(stdout.length).toBe(0);
    expect(stderr).toContain("bash-1-1.tar.xz: expected 9 bytes, got '10 bytes'");
    expect(stderr).toMatch(/^code: UNATTEND_CYGWIN_FILE_WRONG$/m);
    expect(readdirSync(base)).toEqual([]);
  });

  test("a lock that exists has to hold what is asked for beside it", async () => {
    const mirror = makeMirror();
    const base = temporaryDirectory();
    const lock = join(base, "lock.json");
    const fetched = (out: string, ...more: readonly string[]) =>
      winvm([
        "cygwin",
        "fetch",
        "--mirror",
        mirror,
        "--lock",
        lock,
        "--out",
        join(base, out),
        ...more,
      ]);
    expect(await fetched("one", "--package", "bash=1-1")).toMatchObject({ status: 0 });
    expect(await fetched("two", "--package", "bash=1-1")).toMatchObject({ status: 0 });
    const { status, stderr } = await fetched("three", "--package", "openssh", "--arch", "x86");
    expect(status).toBe(125);
    expect(stderr).toContain("arch: expected x86_64, got 'x86'");
    expect(stderr).toContain("package openssh: expected a package of the lock");
    expect(stderr).toMatch(/^code: UNATTEND_CYGWIN_UNRESOLVED$/m);
    expect(existsSync(join(base, "three"))).toBe(false);
  });

  test("with --keyring an index without a signature is refused", async () => {
    const mirror = makeMirror();
    const base = temporaryDirectory();
    const keys = join(base, "keys.gpg");
    const fetch = ["fetch", "--mirror", mirror, "--out", join(base, "out"), "--keyring", keys];
    const resolve = ["resolve", "--setup-ini", indexOf(mirror), "--keyring", keys];
    const codes: (string | undefined)[] = [];
    for (const args of [fetch, resolve]) {
      const { status, stderr } = await winvm(["cygwin", ...args]);
      expect(status).toBe(125);
      codes.push(/^code: (.*)$/m.exec(stderr)?.[1]);
    }
    // A packet with a public key, as far as can be told without gpgv.
    writeFileSync(keys, Buffer.from([0x99, 0, 1, 4]));
    for (const args of [fetch, resolve]) {
      const { status, stderr } = await winvm(["cygwin", ...args]);
      expect(status).toBe(125);
      codes.push(/^code: (.*)$/m.exec(stderr)?.[1]);
    }
    const [unreadable, untrusted] = ["UNATTEND_CYGWIN_UNREADABLE", "UNATTEND_CYGWIN_UNTRUSTED"];
    expect(codes).toEqual([unreadable, unreadable, untrusted, untrusted]);
    expect(existsSync(join(base, "out"))).toBe(false);
  });

  test("a lock that cannot be written down is told before anything is fetched", async () => {
    const mirror = makeMirror();
    const base = temporaryDirectory();
    writeFileSync(join(base, "file"), "in the way");
    const lock = join(base, "file/lock.json");
    const out = join(base, "out");
    const args = ["cygwin", "fetch", "--mirror", mirror, "--lock", lock, "--out", out];
    const { status, stderr } = await winvm(args);
    expect(status).toBe(125);
    expect(stderr).toMatch(/^code: UNATTEND_MEDIA_WRITE_FAILED$/m);
    expect(stderr).not.toContain("a fault of winvm itself");
    expect(existsSync(out)).toBe(false);
  });

  test("options that are missing or wrong are usage errors", async () => {
    for (const args of [
      ["resolve"],
      ["fetch", "--mirror", "m"],
      ["iso"],
      ["pack"],
      ["fetch", "--arch", "arm"],
    ]) {
      const { status, stderr } = await winvm(["cygwin", ...args]);
      expect(status).toBe(125);
      expect(stderr).toMatch(/^code: CLI_USAGE$/m);
    }
  });

  test("Ctrl-C ends a fetch from a mirror that says nothing", async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const out = join(temporaryDirectory(), "out");
    const mirror = `http://127.0.0.1:${port}/`;
    const running = start("real", ["cygwin", "fetch", "--mirror", mirror, "--out", out]);
    await running.saw("fetch Cygwin's packages");
    running.child.kill("SIGINT");
    expect(await running.finished).toMatchObject({ status: 130 });
    expect(existsSync(out)).toBe(false);
  });

  test("the help of each", async () => {
    for (const name of ["resolve", "fetch", "iso"]) {
      const { status, stdout } = await winvm(["cygwin", name, "--help"]);
      expect(status).toBe(0);
      expect(stdout.toString()).toContain(`Usage: winvm cygwin ${name} [options]`);
    }
    expect((await winvm(["--help"])).stdout.toString()).toMatch(/^ {2}cygwin +\S/m);
  });
});
