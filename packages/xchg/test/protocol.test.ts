import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobFiles, scriptBytes } from "../src/job/job-files.ts";
import { decodeList, encodeList } from "../src/protocol/list.ts";
import { parseOutcome } from "../src/protocol/outcome.ts";
import { formatStatus, parseStatus } from "../src/protocol/status.ts";

const nonce = "nonce-0123456789";
const text = fc.string({ unit: "binary" }).map((it) => it.replaceAll("\0", "").toWellFormed());

describe("lists", () => {
  test("come back as they were", () => {
    fc.assert(
      fc.property(fc.array(text), (items) => {
        expect(decodeList(encodeList(items))).toEqual(items);
      }),
    );
  });

  test("that are cut off inside an item are noticed", () => {
    expect(() => decodeList(Buffer.from("one\0tw"))).toThrow(
      expect.objectContaining({ code: "XCHG_STATUS_INVALID" }),
    );
  });
});

describe("status files", () => {
  const status = fc
    .uniqueArray(
      fc.tuple(fc.stringMatching(/^[a-z][A-Za-z]{0,8}$/), fc.stringMatching(/^[^\n]*$/)),
      { selector: ([key]) => key },
    )
    .map((entries) => new Map(entries));

  test("come back as they were; nothing less than all of one is one", () => {
    fc.assert(
      fc.property(status, fc.nat(), (entries, cut) => {
        const whole = formatStatus(entries, nonce);
        expect(parseStatus(whole, nonce)).toEqual(entries);
        expect(parseStatus(whole.slice(0, cut % whole.length), nonce)).toBe("incomplete");
        expect(parseStatus(whole, "another-nonce")).toBe("incomplete");
      }),
    );
  });

  test.each(["no equals sign\n", "a=1\na=2\n", "=1\n", "A=1\n"])("%j is malformed", (lines) => {
    expect(parseStatus(`${lines}end=${nonce}\n`, nonce)).toBe("malformed");
  });
});

describe("outcomes", () => {
  const record = (...lines: string[]): string =>
    `${[`nonce=${nonce}`, "epoch=1262304000", ...lines, `end=${nonce}`].join("\n")}\n`;

  test.each([
    [["kind=exited", "exitCode=0"], { kind: "exited", exitCode: 0 }],
    [["kind=exited", "exitCode=4294967295"], { kind: "exited", exitCode: 4_294_967_295 }],
    [["kind=signalled", "exitCode=137", "signal=9"], { kind: "signalled", signal: 9 }],
    [["kind=notFound", "exitCode=127"], { kind: "notFound", program: "prog" }],
    [["kind=notExecutable", "exitCode=126"], { kind: "notExecutable", program: "prog" }],
    [
      ["kind=notExecutable", "exitCode=126", "windowsError=193"],
      { kind: "notExecutable", program: "prog", windowsError: 193 },
    ],
    [
      ["kind=notExecutable", "exitCode=127", "windowsError=2"],
      { kind: "notFound", program: "prog" },
    ],
    [["kind=jobInvalid", "exitCode=125", "reason=a=b"], { kind: "jobInvalid", reason: "a=b" }],
  ])("%j", (lines, outcome) => {
    expect(parseOutcome(record(...lines), nonce, "prog")).toEqual(outcome);
  });

  test.each([
    ["an unknown kind", record("kind=fine", "exitCode=0")],
    ["no kind", record("exitCode=0")],
    ["no code", record("kind=exited")],
    ["an empty code", record("kind=exited", "exitCode=")],
    ["a negative code", record("kind=exited", "exitCode=-1")],
    ["a code of more than 32 bits", record("kind=exited", "exitCode=4294967296")],
    ["an unknown key", record("kind=exited", "exitCode=0", "more=1")],
    ["no time", record("kind=exited", "exitCode=0").replace("epoch=1262304000\n", "")],
    ["another nonce", record("kind=exited", "exitCode=0").replace(`nonce=${nonce}`, "nonce=x")],
  ])("%s is never a success", (_, lines) => {
    expect(() => parseOutcome(lines, nonce, "prog")).toThrow(
      expect.objectContaining({ code: "XCHG_STATUS_INVALID" }),
    );
  });

  test("half of a record is never a success", () => {
    const whole = record("kind=exited", "exitCode=0");
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => parseOutcome(whole.slice(0, length), nonce, "prog")).toThrow("incomplete");
    }
  });
});

describe("jobFiles", () => {
  test("writes a command", () => {
    const files = jobFiles(
      {
        command: { kind: "argv", argv: ["prog", "", "a b"] },
        env: { A: "1", "B C": "" },
        cwd: "sub",
      },
      { nonce, shares: [{ name: "data", guestPath: "/mnt/slot1", letter: "T" }] },
    );
    expect(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.toString()])),
    ).toEqual({
      nonce: `${nonce}\n`,
      shares: "data\t/mnt/slot1\tT\n",
      env: "A=1\0B C=\0",
      cwd: "sub\0",
      argv: "prog\0\0a b\0",
    });
  });

  test("writes a script", () => {
    const files = jobFiles(
      { command: { kind: "script", shell: "cmd", text: "echo 1\necho 2", args: ["x"] } },
      { nonce },
    );
    expect(files["shell"]?.toString()).toBe("cmd\n");
    expect(files["script"]?.toString()).toBe("@echo off\r\necho 1\r\necho 2\r\n");
    expect(files["argv"]?.toString()).toBe("x\0");
  });

  test("tells all faults at once", () => {
    expect(() =>
      jobFiles(
        {
          command: { kind: "argv", argv: ["", "a\0b", "\uD800"] },
          env: { "A=B": "", "-x": "", C: "\0" },
          cwd: "",
        },
        { nonce: "a b" },
      ),
    ).toThrow(
      expect.objectContaining({
        code: "XCHG_JOB_INVALID",
        data: {
          faults: [
            "command.argv",
            "command.argv[1]",
            "command.argv[2]",
            "env.A=B",
            "env.-x",
            "env.C",
            "cwd",
            "nonce",
          ].map((path) => expect.objectContaining({ path })),
        },
      }),
    );
  });

  test.each([
    ["cmd", "a\r\nb\n", "@echo off\r\na\r\nb\r\n"],
    ["cmd", "\uFEFFa", "@echo off\r\na\r\n"],
    ["powershell", "a\n", "a\n"],
    ["powershell", "é", "\uFEFFé"],
    ["powershell", "\uFEFFé", "\uFEFFé"],
    ["bash", "é\r\n", "é\r\n"],
  ] as const)("a script for %s: %j", (shell, script, bytes) => {
    expect(scriptBytes(shell, script)).toEqual(Buffer.from(bytes));
  });
});
