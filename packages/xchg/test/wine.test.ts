import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Job } from "../src/index.ts";
import { fakeGuest, runJob, type RunnerResult } from "./support/run-job.ts";
import { startWine } from "./support/wine.ts";

/** Arguments that are easily lost. */
const tricky = [
  "a b",
  "",
  "$HOME",
  "c:\\x\\",
  '"q"',
  "*",
  'a\\\\"b',
  "é𝄞",
  "'",
  "%OS%",
  "^&|<>",
  "\t",
];

const show = "c:\\winvm\\show.exe";

function argv(...items: string[]): Job["command"] {
  return { kind: "argv", argv: items };
}

/** What show.exe printed. */
function listed({ stdout }: RunnerResult): string[] {
  return stdout.toString().split("\0").slice(0, -1);
}

test("Windows programs under Wine", { tags: ["host"], timeout: 400_000 }, async (context) => {
  await using machine = await startWine(context);
  const guest = await fakeGuest();
  const env = machine.attach(guest);
  const run = (command: Job["command"], input = ""): ReturnType<typeof runJob> =>
    runJob(guest, { command }, { env, input });

  // Arguments, as they are.
  expect(listed(await run(argv(show, ...tricky)))).toEqual(tricky);
  const text = fc.string({ unit: "grapheme", maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 6 }), async (items) => {
      // `exit` and `in` are the program's own words.
      expect(listed(await run(argv(show, "-", ...items)))).toEqual(["-", ...items]);
    }),
    { numRuns: 12 },
  );

  // Exit codes, all 32 bits; what Windows itself finds; streams.
  for (const code of [0, 7, 256, 3000, 0xc000_0005, 0xffff_ffff]) {
    const ran = await run(argv(show, "exit", String(code)));
    expect(ran).toMatchObject({ outcome: { kind: "exited", exitCode: code }, code: code & 255 });
  }
  expect((await run(argv("cmd", "/c", "exit 3000"))).outcome).toEqual({
    kind: "exited",
    exitCode: 3000,
  });
  expect((await run(argv("cmd", "/c", "ver"))).stdout.toString()).toContain("Microsoft Windows");
  expect(await run(argv(show, "in"), "bytes\0\r\n")).toMatchObject({
    stdout: Buffer.from("bytes\0\r\n"),
    stderr: "read\0",
  });

  // What can't be run.
  const broken = join(machine.drive, "winvm", "broken.exe");
  writeFileSync(broken, "MZ, but nothing else");
  expect((await run(argv("c:\\winvm\\broken.exe"))).outcome).toMatchObject({
    kind: "notExecutable",
    windowsError: expect.any(Number) as number,
  });

  // Batch files: every character but % (which Wine expands twice) and quotes (which cmd doubles).
  const home = join(machine.drive, "winvm", "a (b)");
  mkdirSync(home);
  writeFileSync(join(home, "all.bat"), `@${show} %*\r\n@exit /b 3001\r\n`);
  const plain = [
    "a b",
    "",
    "$HOME",
    "c:\\x\\",
    "*",
    "é𝄞",
    "'",
    "x&y",
    "a^b",
    "|<>()",
    ";,=",
    "!x!",
  ];
  const batch = await run(argv("c:\\winvm\\a (b)\\all", ...plain));
  expect(listed(batch)).toEqual(plain);
  expect(batch.outcome).toEqual({ kind: "exited", exitCode: 3001 });
  writeFileSync(join(home, "one.cmd"), `@${show} "%~1" "%~2"\r\n`);
  expect(listed(await run(argv("c:/winvm/a (b)/one.cmd", "x&exit 5", "y")))).toEqual([
    "x&exit 5",
    "y",
  ]);
  expect((await run(argv("c:/winvm/a (b)/one.cmd", "two\nlines"))).outcome).toMatchObject({
    kind: "notExecutable",
    windowsError: 87,
  });

  // A script for cmd.
  const script = await run({
    kind: "script",
    shell: "cmd",
    text: `${show} "%~1"\nexit /b 3002\n`,
    args: ["a b"],
  });
  expect(listed(script)).toEqual(["a b"]);
  expect(script.outcome).toEqual({ kind: "exited", exitCode: 3002 });
});
