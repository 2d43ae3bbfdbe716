import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as fc from "fast-check";
import { poll, runProgram } from "@winvm/runtime";
import { requirePrograms } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { sharesReady, standingRunner, type Job } from "../src/index.ts";
import { Collector } from "./support/collector.ts";
import { bash, fakeGuest, nonce, runJob, startRunner, type FakeGuest } from "./support/run-job.ts";

let guest: FakeGuest;

function argv(...items: string[]): Job {
  return { command: { kind: "argv", argv: items } };
}

function program(path: string, text: string, mode = 0o755): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** What a program called with `x` prints. */
async function says(name: string, env?: Record<string, string>): Promise<string> {
  const ran = await runJob(guest, { ...argv(name, "x"), ...(env ? { env } : {}) });
  return `${ran.stdout.toString()}${ran.stderr}`;
}

describe("run-job.sh", { tags: ["host"] }, () => {
  test("has no fault that shellcheck knows", async (context) => {
    requirePrograms(context, { shellcheck: "shellcheck" });
    const file = join(import.meta.dirname, "..", "guest", "run-job.sh");
    const { stdout } = await runProgram("shellcheck", ["--shell=bash", file]);
    expect(stdout).toBe("");
  });

  test("a job that is not the announced one, or is broken, is not run", async () => {
    guest = await fakeGuest();
    const touched = join(guest.root, "touched");
    const job = { command: bash(`touch '${touched}'`) };
    for (const [file, text, reason] of [
      ["argv", "touch", "job/argv is cut off"],
      ["env", "A\0", "the environment can't hold A"],
      ["env", "A=1\0B=2", "job/env is cut off"],
      ["shell", "fish\n", "there is no shell fish"],
    ] as const) {
      await guest.exchange.stageJob(job, { nonce });
      writeFileSync(join(guest.exchange.directory, "job", file), text);
      const { code, stderr } = await startRunner(guest);
      expect({ code, stderr }).toEqual({ code: 125, stderr: "" });
      expect(await guest.exchange.readOutcome(nonce)).toEqual({ kind: "jobInvalid", reason });
      // Its start is told nevertheless, so that nobody waits for it.
      await guest.exchange.waitForStarted(nonce, { timeoutMs: 5000 });
    }
    await guest.exchange.stageJob(job, { nonce });
    const { code } = await startRunner(guest, { nonce: "another-nonce" });
    expect(code).toBe(125);
    expect(await guest.exchange.readOutcome("another-nonce")).toEqual({
      kind: "jobInvalid",
      reason: "the job is not the one that was announced",
    });
    expect(readdirSync(guest.root)).not.toContain("touched");
  });

  test("who stands by touches no share before it is told to, and ends with its input", async () => {
    guest = await fakeGuest("standing by");
    const text = (await standingRunner()).replaceAll("/dev/shm/winvm-job", join(guest.root, "job"));
    const child = spawn("/bin/bash", ["--norc", "-c", text], {
      env: { PATH: process.env["PATH"] ?? "", WINVM_XCHG: join(guest.root, "nothing") },
    });
    const { speech } = await guest.exchange.stageJob(argv("true"), { nonce });
    child.stdin.end(speech);
    const [stdout, stderr] = [new Collector(), new Collector()];
    child.stdout.pipe(stdout);
    child.stderr.pipe(stderr);
    const [code] = (await once(child, "close")) as [number];
    expect({ code, stdout: String(stdout.bytes), stderr: String(stderr.bytes) }).toEqual({
      code: 125,
      stdout: "ready\n",
      stderr: "",
    });
  });
});

describe("the last word of a runner that stood by", { tags: ["host"] }, () => {
  test("is told, and no file is made for it", async () => {
    guest = await fakeGuest("standing by");
    const { outcome } = await runJob(guest, { command: bash("echo said >&2; exit 3") });
    expect(outcome).toEqual({ kind: "exited", exitCode: 3 });
    expect(await guest.exchange.readOutcome(nonce)).toBeUndefined();
  });

  test("is a file where nobody hears it any more", async () => {
    guest = await fakeGuest("standing by");
    const text = (await standingRunner()).replaceAll("/dev/shm/winvm-job", join(guest.root, "job"));
    const child = spawn("/bin/bash", ["--norc", "-c", text], {
      env: { PATH: process.env["PATH"] ?? "", WINVM_XCHG: guest.exchange.directory },
    });
    const { speech } = await guest.exchange.stageJob(argv("sh", "-c", "exit 3"), { nonce });
    child.stdout.resume();
    child.stderr.destroy();
    child.stdin.write(speech);
    child.stdin.end(sharesReady);
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(3);
    expect(await guest.exchange.readOutcome(nonce)).toEqual({ kind: "exited", exitCode: 3 });
  });
});

/** Where a job runs whose directory has become another one since the runner began to stand by. */
async function runsIn(line: string): Promise<string> {
  guest = await fakeGuest("standing by");
  const { directory } = guest.exchange;
  writeFileSync(join(directory, "standby"), line);
  const { stdout } = await runJob(guest, argv("pwd", "-P"), {
    onReady: () => {
      renameSync(join(directory, "in"), join(directory, "moved"));
      mkdirSync(join(directory, "in"));
    },
  });
  return stdout.toString().trim().slice(directory.length);
}

describe("a runner that stands by on Linux", { tags: ["host"] }, () => {
  test("is where the job will run, and asks nothing of the share but a line", async () => {
    expect(await runsIn("standby\n")).toBe("/moved");
  });

  test("goes there when the share has not answered", async () => {
    expect(await runsIn("")).toBe("/in");
  });

  test("has a program started ahead of the job at the first packet, at the lowest priority", async () => {
    guest = await fakeGuest("standing by");
    const packets = join(guest.root, "packets");
    writeFileSync(packets, "7\n");
    let ahead: readonly string[] = [];
    await runJob(guest, argv("true"), {
      env: { WINVM_PACKETS: packets },
      onReady: async (pid) => {
        // The second that has to be quiet.
        await setTimeout(1200);
        expect(yielding(pid)).toEqual(["19 sh"]);
        writeFileSync(packets, "8\n");
        await poll(
          "see the program",
          async () => {
            ahead = yielding(pid);
            // By way of nice and env.
            return ahead.includes("19 cat") ? true : undefined;
          },
          { intervalMs: 5, timeoutMs: 10_000 },
        );
      },
    });
    expect(ahead).toEqual(["19 cat"]);
  });
});

/** Niceness and name of the processes below one that yield to others; fields as in proc(5), stat. */
function yielding(pid: number): readonly string[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .toSorted((a, b) => Number(a) - Number(b))
    .flatMap((own) => {
      try {
        const stat = readFileSync(`/proc/${own}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
        return [{ own, name, parent: fields[1] ?? "", nice: Number(fields[16]) }];
      } catch {
        // It has ended.
        return [];
      }
    });
  const below = new Set([String(pid)]);
  for (const { own, parent } of all) if (below.has(parent)) below.add(own);
  return all
    .filter(({ own, nice }) => below.has(own) && nice > 0)
    .map(({ nice, name }) => `${nice} ${name}`);
}

describe.each(["started for the job", "standing by"] as const)(
  "a runner %s",
  { tags: ["host"] },
  (way) => {
    beforeEach(async () => {
      guest = await fakeGuest(way);
    });

    test("a job of more than a command line, with its input", async () => {
      const text = `# ${"x".repeat(70_000)}\ncat\n`;
      const job: Job = { command: { kind: "script", shell: "bash", text } };
      const { stdout, outcome } = await runJob(guest, job, { input: "in" });
      expect({ stdout: String(stdout), outcome }).toEqual({
        stdout: "in",
        outcome: { kind: "exited", exitCode: 0 },
      });
    });

    test("streams are the command's alone, byte for byte", async () => {
      const { code, stdout, stderr, log, outcome } = await runJob(
        guest,
        { command: bash("cat; printf 'out\\0\\377'; printf err >&2; exit 7") },
        { input: "in" },
      );
      expect(stdout).toEqual(Buffer.from("inout\0\xff", "latin1"));
      expect(stderr).toBe("err");
      expect({ code, outcome }).toEqual({ code: 7, outcome: { kind: "exited", exitCode: 7 } });
      expect(log).toBe("");
    });

    test("arguments arrive as given", async () => {
      const tricky = [
        "a b",
        "",
        "$HOME",
        "c:\\x\\",
        '"q"',
        "*",
        "'",
        "`id`",
        "a\nb",
        "é𝄞",
        "-e",
        "\t",
      ];
      const { stdout } = await runJob(guest, { command: bash('printf "%s\\0" "$@"', ...tricky) });
      expect(stdout.toString().split("\0").slice(0, -1)).toEqual(tricky);
    });

    test("arguments and variables arrive as given, whatever they are", async () => {
      const text = fc
        .string({ unit: "binary", maxLength: 30 })
        .map((it) => it.replaceAll("\0", ""))
        .filter((it) => it.isWellFormed());
      const name = fc
        .oneof(fc.stringMatching(/^[A-Za-z_(). ]{1,12}$/), text)
        .filter((it) => it !== "" && !/^-|=|^NODE/.test(it));
      await fc.assert(
        fc.asyncProperty(
          fc.array(text, { maxLength: 8 }),
          fc.dictionary(name, text, { maxKeys: 5, noNullPrototype: true }),
          async (args, env) => {
            // bash as the observer would add variables of its own.
            const observer = "console.log(JSON.stringify([process.argv.slice(1), process.env]))";
            const { stdout } = await runJob(guest, {
              ...argv(process.execPath, "-e", observer, "--", ...args),
              env,
            });
            const [seenArgs, seenEnv] = JSON.parse(stdout.toString()) as [string[], object];
            expect(seenArgs).toEqual(args);
            expect(seenEnv).toMatchObject(env);
          },
        ),
        { numRuns: 25 },
      );
    });

    test("variables that bash keeps for itself are the command's all the same", async () => {
      const env = {
        UID: "7",
        BASHOPTS: "x",
        "ProgramFiles(x86)": "c:\\p",
        winvm_root: "/r",
        root: "",
      };
      const { stdout } = await runJob(guest, {
        command: { kind: "argv", argv: ["env", "-0"] },
        env,
      });
      const seen = stdout.toString().split("\0");
      for (const [name, value] of Object.entries(env)) expect(seen).toContain(`${name}=${value}`);
      expect(seen.filter((item) => item.startsWith("WINVM_")).sort()).toEqual([
        `WINVM_IN=${guest.exchange.directory}/in`,
        `WINVM_OUT=${guest.exchange.directory}/out`,
      ]);
    });

    test("the working directory is the inputs' unless the job says otherwise", async () => {
      const { directory } = guest.exchange;
      const pwd = async (cwd?: string): Promise<string> =>
        (
          await runJob(guest, { ...argv("pwd"), ...(cwd === undefined ? {} : { cwd }) })
        ).stdout.toString();
      mkdirSync(join(directory, "in", "sub dir"));
      expect(await pwd()).toBe(`${directory}/in\n`);
      expect(await pwd("sub dir")).toBe(`${directory}/in/sub dir\n`);
      expect(await pwd("/")).toBe("/\n");
      expect(await pwd("c:\\winvm")).toBe(`${guest.drives}/c/winvm\n`);
      expect(await pwd("C:/winvm")).toBe(`${guest.drives}/c/winvm\n`);
      const refused = await runJob(guest, { ...argv("pwd"), cwd: "/no/such" });
      expect(refused.outcome).toEqual({
        kind: "jobInvalid",
        reason: "there is no directory /no/such to work in",
      });
      expect(refused).toMatchObject({ code: 125, stderr: "" });
      expect(refused.log).toContain("there is no directory");
    });

    test.each([0, 1, 126, 127, 128, 137, 255])("exit code %i comes back", async (wanted) => {
      const { code, outcome } = await runJob(guest, { command: bash(`exit ${wanted}`) });
      expect({ code, outcome }).toEqual({
        code: wanted,
        outcome: { kind: "exited", exitCode: wanted },
      });
    });

    test.each([
      ["TERM", 15],
      ["KILL", 9],
      ["SEGV", 11],
      ["PIPE", 13],
    ])("the end by SIG%s is told from an exit code", async (name, signal) => {
      const { code, outcome, stderr } = await runJob(guest, { command: bash(`kill -${name} $$`) });
      expect({ code, outcome, stderr }).toEqual({
        code: 128 + signal,
        outcome: { kind: "signalled", signal },
        stderr: "",
      });
    });

    describe("finds programs", () => {
      test("as a shell does, in the inputs and on the job's PATH", async () => {
        const { directory } = guest.exchange;
        program(join(directory, "in", "tool"), "#!/bin/sh\necho in $1");
        program(join(directory, "in", "no-shebang"), "echo plain $1");
        program(join(guest.root, "bin", "tool"), "#!/bin/sh\necho bin $1");
        expect(await says("./tool")).toBe("in x\n");
        expect(await says("tool")).toBe("winvm: tool: command not found\n");
        expect(await says("tool", { PATH: `/none:${guest.root}/bin:/bin` })).toBe("bin x\n");
        expect(await says("tool", { PATH: ":/bin" })).toBe("in x\n");
        expect(await says("./no-shebang")).toBe("plain x\n");
      });

      test("by Windows paths and without Windows' endings", async () => {
        program(join(guest.drives, "c", "x y", "tool.exe"), "#!/bin/sh\necho exe $1");
        program(join(guest.exchange.directory, "in", "sub", "t.com"), "#!/bin/sh\necho com $1");
        program(
          join(guest.drives, "c", "windows", "system32", "winvm-w.exe"),
          "#!/bin/sh\necho w $1",
        );
        expect(await says("C:\\x y\\tool.exe")).toBe("exe x\n");
        expect(await says("c:/x y/tool")).toBe("exe x\n");
        expect(await says("sub\\t")).toBe("com x\n");
        expect(await says("winvm-w")).toBe("w x\n");
      });

      test("with = in their names, also when there are variables", async () => {
        program(join(guest.exchange.directory, "in", "a=b"), "#!/bin/sh\necho $V $1");
        expect(await says("./a=b", { V: "v" })).toBe("v x\n");
      });

      test("or says why not, as a shell does", async () => {
        program(join(guest.exchange.directory, "in", "data"), "x", 0o644);
        const missing = await runJob(guest, argv("no-such-program"));
        expect(missing).toMatchObject({
          code: 127,
          outcome: { kind: "notFound", program: "no-such-program" },
          stderr: "winvm: no-such-program: command not found\n",
        });
        const data = await runJob(guest, argv("./data"));
        expect(data).toMatchObject({
          code: 126,
          outcome: { kind: "notExecutable", program: "./data" },
          stderr: "winvm: ./data: Permission denied\n",
        });
        const directory = await runJob(guest, argv("/"));
        expect(directory).toMatchObject({ code: 126, stderr: "winvm: /: Is a directory\n" });
      });
    });

    test("a bash script runs with its arguments and bytes", async () => {
      const { stdout, outcome } = await runJob(guest, {
        command: {
          kind: "script",
          shell: "bash",
          text: Buffer.from("printf '%s|' \"$@\"\ncat\nexit 3"),
          args: ["a b", ""],
        },
      });
      expect(stdout.toString()).toBe("a b||");
      expect(outcome).toEqual({ kind: "exited", exitCode: 3 });
    });

    test("named shares get their names; a name that is taken is not touched", async () => {
      const first = await runJob(guest, argv("ls", join(guest.mounts, "data")));
      expect(first.outcome).toEqual({ kind: "exited", exitCode: 0 });
      expect(readlinkSync(join(guest.mounts, "data"))).toBe(join(guest.mounts, "slot1"));
      expect((await runJob(guest, argv("true"))).code).toBe(0);
      expect(readdirSync(guest.mounts)).toHaveLength(7);

      const other = await fakeGuest(way);
      symlinkSync("/usr", join(other.mounts, "data"));
      expect((await runJob(other, argv("true"))).outcome).toMatchObject({ kind: "jobInvalid" });
      expect(readlinkSync(join(other.mounts, "data"))).toBe("/usr");
    });

    test("the usual way starts no program but the command", async () => {
      symlinkSync(join(guest.mounts, "slot1"), join(guest.mounts, "data"));
      const { outcome, log } = await runJob(
        guest,
        { command: { kind: "argv", argv: ["/bin/true"] }, cwd: "/" },
        { env: { PATH: guest.root } },
      );
      expect({ outcome, log }).toEqual({ outcome: { kind: "exited", exitCode: 0 }, log: "" });
    });
  },
);
