import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobCommand, printfFormat, shellWord, standingSpeech } from "../src/job/spoken-job.ts";

describe("printfFormat", { tags: ["host"] }, () => {
  test("the shell's printf gives the bytes back, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const printed = execFileSync("bash", ["-c", `printf ${printfFormat(bytes)}`]);
        expect([...printed]).toEqual([...bytes]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("shellWord", { tags: ["host"] }, () => {
  test("bash gives the bytes back, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200, min: 1 }), (bytes) => {
        const printed = execFileSync("bash", ["-c", `printf %s ${shellWord(bytes)}`]);
        expect([...printed]).toEqual([...bytes]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("jobCommand", () => {
  test("a job is spoken, without the runner's comments", () => {
    const command = jobCommand(
      '#!/bin/bash\n# about\nmain "$@" # here\n',
      { argv: Buffer.from("a\0") },
      "nonce123",
    );
    expect(command.split("\n")).toEqual([
      "WINVM_JOB=/dev/shm/winvm-job",
      '[ -w "${WINVM_JOB%/*}" ] || WINVM_JOB=/tmp/winvm-job',
      "WINVM_LOG=$WINVM_JOB.log",
      '[ -d "$WINVM_JOB" ] || mkdir -m 700 -- "$WINVM_JOB"',
      `printf 'a\\000' >"$WINVM_JOB/argv"`,
      "set -- nonce123",
      'main "$@" # here',
      "",
    ]);
  });

  test("a long job is read from the exchange directory", () => {
    expect(jobCommand("x", { script: Buffer.alloc(40_000, "a") }, "nonce123")).toBe(
      "exec bash /tmp/xchg/job/run-job.sh nonce123",
    );
  });
});

describe("standingSpeech", () => {
  const shares = Buffer.from("xchg\t/tmp/xchg\tX\n");

  test("is one line that names what isn't empty", () => {
    const files = { argv: Buffer.from("echo\0a\nb\0"), shares, nonce: Buffer.from("nonce123\n") };
    expect(String(standingSpeech(files, "nonce123"))).toBe(
      "nonce123 winvm_arguments=($'echo' $'a\\012b') winvm_shares=($'xchg\\011/tmp/xchg\\011X') winvm_told=yes\n",
    );
  });

  test("carries a script; what is long is left in the exchange directory", () => {
    const files = { argv: Buffer.alloc(0), shares, shell: Buffer.from("bash\n") };
    expect(String(standingSpeech({ ...files, script: Buffer.from("a\0%b\n") }, "n"))).toContain(
      ` winvm_shell=$'bash' winvm_shares=($'xchg\\011/tmp/xchg\\011X') winvm_told=yes ; printf 'a\\000%%b\\012' >"$winvm_job/script"\n`,
    );
    expect(String(standingSpeech({ ...files, script: Buffer.alloc(9000, "a") }, "n"))).toBe(
      "n winvm_await_shares; winvm_job=$winvm_root/job\n",
    );
  });
});
