import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compilePe, convertFile, openWindow, showArguments } from "./programs.ts";
import { winvm } from "./winvm.ts";

const minutes = 60_000;
const compiler = { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32" };

describe("winvm run", { tags: ["vm"], timeout: 5 * minutes }, () => {
  // The first command makes the images, installs, suspends.
  beforeAll(async () => {
    const { code, stderr } = await winvm(["suspend", "reference"]);
    expect(stderr.split("\n").slice(-20).join("\n"), "the stages").not.toMatch(/hint:/);
    expect(code).toBe(0);
  }, 30 * minutes);

  test("a command of cmd prints Windows' version and succeeds", async () => {
    const { code, stdout } = await winvm(["run", "--", "cmd", "/c", "ver"]);
    expect(stdout.toString()).toMatch(/^\s*Microsoft Windows .*\d/);
    expect(code).toBe(0);
  });

  test("exit codes are the command's, with 32 bits in the outcome", async () => {
    expect((await winvm(["run", "--", "cmd", "/c", "exit", "7"])).code).toBe(7);
    const wide = await winvm(["run", "--json", "--", "cmd", "/c", "exit", "3000"]);
    expect(wide.outcome()).toMatchObject({ type: "outcome", kind: "exited", exitCode: 3000 });
    expect(wide.code).toBe(3000 & 255);
    expect((await winvm(["run", "--", "sh", "-c", "exit 9"])).code).toBe(9);
  });

  test("a command that is not found is 127", async () => {
    const { code, stderr } = await winvm(["run", "--", "no-such-program"]);
    expect(code).toBe(127);
    expect(stderr).toContain("no-such-program");
  });

  test("both streams arrive apart, and as they come", async () => {
    const { code, stdout, stderr } = await winvm([
      "run",
      "--quiet",
      "--",
      "bash",
      "-c",
      "echo out; echo err >&2; printf '\\377\\0x'",
    ]);
    expect(stdout).toEqual(Buffer.from("out\n\xff\0x", "latin1"));
    expect(stderr).toBe("err\n");
    expect(code).toBe(0);
  });

  test("50 MB of binary output arrive byte for byte", async () => {
    const inputs = temporaryDirectory();
    const blob = randomBytes(50_000_000);
    writeFileSync(join(inputs, "blob"), blob);
    const { code, stdout } = await winvm(["run", "--in", inputs, "--", "cat", "blob"]);
    expect(code).toBe(0);
    expect(stdout.length).toBe(blob.length);
    expect(createHash("sha256").update(stdout).digest("hex")).toBe(
      createHash("sha256").update(blob).digest("hex"),
    );
  });

  test("standard input goes to the command", async () => {
    const input = randomBytes(300_000);
    const { code, stdout } = await winvm(["run", "--", "cat"], { input });
    expect(code).toBe(0);
    expect(stdout.equals(input)).toBe(true);
  });

  test("environment, working directory and the places of a job", async () => {
    const inputs = temporaryDirectory();
    writeFileSync(join(inputs, "file"), "");
    const script =
      'printf "%s\\n" "$GREETING" "$PWD" "$WINVM_IN" "$WINVM_OUT"; ls; cygpath -w "$WINVM_IN"; cygpath -u "X:\\\\in"';
    const { stdout } = await winvm([
      "run",
      "--in",
      inputs,
      "--env",
      "GREETING=a  $b 'c'",
      "--shell",
      "bash",
      "-c",
      script,
    ]);
    expect(stdout.toString().split("\n")).toEqual([
      "a  $b 'c'",
      "/tmp/xchg/in",
      "/tmp/xchg/in",
      "/tmp/xchg/out",
      "file",
      "X:\\in",
      expect.stringMatching(/^\/(?:tmp\/xchg|cygdrive\/x)\/in$/),
      "",
    ]);
    const moved = await winvm(["run", "--cwd", "/mnt", "--", "pwd"]);
    expect(moved.stdout.toString()).toBe("/mnt\n");
    const nowhere = await winvm(["run", "--json", "--cwd", "/no/such", "--", "pwd"]);
    expect(nowhere.outcome()).toMatchObject({ kind: "jobInvalid" });
    expect(nowhere.code).toBe(125);
  });

  test("an end whose record can't be read is one that nobody knows, and the outputs are there", async () => {
    const out = join(temporaryDirectory(), "out");
    const script = "mkdir /tmp/xchg/status/outcome; echo kept >$WINVM_OUT/a; kill -9 $$";
    const result = await winvm(["run", "--json", "--out", out, "-c", script]);
    expect(result.outcome()).toMatchObject({
      kind: "connectionLost",
      error: { code: "XCHG_STATUS_INVALID" },
    });
    expect(result.code).toBe(125);
    expect(readFileSync(join(out, "a"), "utf8")).toBe("kept\n");
    const bundle = String(result.outcome()["bundle"]);
    expect(readdirSync(bundle)).toEqual(expect.arrayContaining(["error.json", "guest.log"]));
  });

  test("texts for bash and cmd, from the command line and from a file", async () => {
    const directory = temporaryDirectory();
    const script = join(directory, "script.sh");
    writeFileSync(script, 'echo "from a file: $1"; exit 5\n');
    const bash = await winvm(["run", "--script", script, "--", "an argument"]);
    expect(bash.stdout.toString()).toBe("from a file: an argument\n");
    expect(bash.code).toBe(5);
    const cmd = await winvm([
      "run",
      "--shell",
      "cmd",
      "-c",
      "@echo off\nset X=1\nif %X%==1 echo one\nexit /b 4",
    ]);
    expect(cmd.stdout.toString()).toMatch(/^one\s*$/);
    expect(cmd.code).toBe(4);
  });

  test("arguments arrive as given, in a shell script and in a Windows program", async (context) => {
    requirePrograms(context, compiler);
    const inputs = temporaryDirectory();
    const script = join(inputs, "show");
    writeFileSync(script, '#!/bin/bash\n[ $# = 0 ] || printf "%s\\0" "$@"\n');
    chmodSync(script, 0o755);
    await compilePe(inputs, "show", showArguments);
    const given = [
      "a b",
      "",
      "$HOME",
      "c:\\x\\",
      '"q"',
      "*",
      "\\\\",
      'a\\"b',
      "tab\there",
      "ä€😀",
      "%PATH%",
      "^&|<>",
      "-x",
      "'",
      "`id`",
    ];
    const characters = fc.string({
      unit: fc.constantFrom(..." \"\\'$*?%^&|<>()[]{};~#!ab\tü€".split("")),
      maxLength: 12,
    });
    const random = fc.sample(characters, { numRuns: 60, seed: 20261123 });
    const all = [...given, ...random];
    for (const program of ["./show", "./show.exe"]) {
      const { code, stdout, stderr } = await winvm(["run", "--in", inputs, "--", program, ...all]);
      expect(stdout.toString().split("\0").slice(0, -1), program).toEqual(all);
      expect(code, stderr).toBe(0);
    }
  });

  test("a program that wants a window gets one, as in a service's session", async (context) => {
    requirePrograms(context, compiler);
    const inputs = temporaryDirectory();
    await compilePe(inputs, "window", openWindow);
    const { code, stdout } = await winvm([
      "run",
      "--timeout",
      "60",
      "--in",
      inputs,
      "--",
      "./window.exe",
    ]);
    expect(stdout.toString()).toBe("station 1 window 1 text 1");
    expect(code).toBe(0);
  });

  test("a Windows program reads a share and writes outputs; a second clone sees nothing of the first", async (context) => {
    requirePrograms(context, compiler);
    const [inputs, share, outputs] = [
      temporaryDirectory(),
      temporaryDirectory(),
      join(temporaryDirectory(), "out"),
    ];
    await compilePe(inputs, "convert", convertFile);
    writeFileSync(join(share, "text"), "hello share\n");
    chmodSync(share, 0o755);
    const first = await winvm([
      "run",
      "--json",
      "--in",
      inputs,
      "--out",
      outputs,
      "--share",
      `nixstore=${share}:ro`,
      "--",
      "./convert.exe",
      "S:\\text",
      "X:\\out\\Result File.txt",
    ]);
    expect(first.outcome()).toMatchObject({ kind: "exited", exitCode: 3000 });
    const output = first.events().filter(({ type }) => type === "output");
    expect(
      output
        .filter(({ stream }) => stream === "stdout")
        .map(({ data }) => data)
        .join(""),
    ).toMatch(/^converted\s+$/);
    expect(
      output
        .filter(({ stream }) => stream === "stderr")
        .map(({ data }) => data)
        .join(""),
    ).toMatch(/^no complaints\s+$/);
    expect(readdirSync(outputs)).toEqual(["Result File.txt"]);
    expect(readFileSync(join(outputs, "Result File.txt"), "utf8")).toBe("HELLO SHARE\n");
    const second = await winvm([
      "run",
      "--",
      "bash",
      "-c",
      "ls -A $WINVM_IN $WINVM_OUT /nix/store; ls /tmp | grep -v xchg; true",
    ]);
    expect(second.stdout.toString()).not.toMatch(/convert|Result|text/);
  });

  test("a read-only share has the directory's content and can't be written", async () => {
    const share = temporaryDirectory();
    chmodSync(share, 0o755);
    mkdirSync(join(share, "abc-package", "bin"), { recursive: true });
    writeFileSync(
      join(share, "abc-package", "bin", "tool"),
      "#!/bin/sh\necho tool of the store\n",
      { mode: 0o755 },
    );
    const script =
      "ls /nix/store; /nix/store/abc-package/bin/tool; cat S:/abc-package/bin/tool >/dev/null 2>&1; echo x >/nix/store/new";
    const { code, stdout } = await winvm([
      "run",
      "--share",
      `nixstore=${share}:ro`,
      "--",
      "bash",
      "-c",
      script,
    ]);
    expect(stdout.toString()).toBe("abc-package\ntool of the store\n");
    expect(code).not.toBe(0);
    expect(readdirSync(share)).toEqual(["abc-package"]);
  });

  test("a share of one's own is a drive and a directory, and can be written", async () => {
    const share = temporaryDirectory();
    chmodSync(share, 0o777);
    writeFileSync(join(share, "in"), "given");
    const script = "cat /mnt/data/in; echo written >/mnt/data/new; cmd /c type 'T:\\in'";
    const { stdout, code } = await winvm([
      "run",
      "--share",
      `data=${share}`,
      "--",
      "bash",
      "-c",
      script,
    ]);
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(/^givengiven\s*$/);
    expect(readFileSync(join(share, "new"), "utf8")).toBe("written\n");
  });

  test("a command has its exit code though what it has started holds its streams, and its outputs are gone", async () => {
    const outputs = join(temporaryDirectory(), "out");
    const script = 'sleep 600 & rm -rf "$WINVM_OUT"; echo said; exit 7';
    const { stdout, code } = await winvm([
      "run",
      "--timeout",
      "60",
      "--out",
      outputs,
      "--",
      "bash",
      "-c",
      script,
    ]);
    expect(stdout.toString()).toBe("said\n");
    expect(code).toBe(7);
    expect(readdirSync(outputs)).toEqual([]);
  });

  test("and it has that code though its time limit comes while its streams are waited for", async () => {
    const script = "sleep 600 & echo said; exit 7";
    const { stdout, code } = await winvm(["run", "--timeout", "2", "--", "bash", "-c", script]);
    expect(stdout.toString()).toBe("said\n");
    expect(code).toBe(7);
  });
});
