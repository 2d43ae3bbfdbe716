import { expect, test } from "vitest";
import { commandsOf, judgedBy, restartsOf } from "../../src/rehearsal/report.ts";

const lines = [
  'SETUP JUDGED {"verdict":"accepted","counts":{"obeyed":1,"ignored":0,"refused":0},"hash":"ab"}',
  "SETUP windowsPE command 001: exit code 0",
  "winvm: going down: restart",
  "SETUP specialize command 002: exit code 3",
  "winvm: going down: restart",
  "SETUP plays winvm/setup.sh in place of winvm\\setup.cmd",
  "winvm-setup: installed",
  "SETUP first logon command 001: exit code 0",
  "SETUP first logon command 002: exit code 1",
  "winvm: going down: off",
];

test("reads the guest's serial log", () => {
  expect(restartsOf(lines)).toBe(2);
  expect(commandsOf(lines)).toEqual([
    { pass: "windowsPE", number: 1, exitCode: 0 },
    { pass: "specialize", number: 2, exitCode: 3 },
    {
      pass: "oobeSystem",
      number: 1,
      exitCode: 0,
      playedBy: "winvm/setup.sh in place of winvm\\setup.cmd",
    },
    { pass: "oobeSystem", number: 2, exitCode: 1 },
  ]);
  expect(judgedBy(lines)).toMatchObject({ verdict: "accepted", hash: "ab" });
  expect(judgedBy([])).toBeUndefined();
  expect(judgedBy(["SETUP JUDGED {"])).toBeUndefined();
});
