import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobCommand, printfFormat, shellWord } from "../src/job/spoken-job.ts";

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
    expect(command.split("\n").slice(1)).toEqual([
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
