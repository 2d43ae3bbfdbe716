import { answerFile, findGuest, listGuests, UnattendError } from "@winvm/unattend";
import type { AnswerOptions, GuestProfile } from "@winvm/unattend";
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeAnswerFile } from "../../src/index.ts";

/** Mostly what is allowed, so that files come of it; sometimes anything. */
function mostly<Value>(sound: fc.Arbitrary<Value>): fc.Arbitrary<Value | string> {
  return fc.oneof(
    { weight: 12, arbitrary: sound },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 70 }) },
  );
}

const computerName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,13}$/);
const anyOptions = fc.record({
  administratorPassword: mostly(fc.constant("secret-Word1")),
  computerName: mostly(fc.option(computerName, { nil: undefined })),
  fullName: mostly(fc.stringMatching(/^[ -~]{1,63}$/)),
  organization: mostly(fc.stringMatching(/^[ -~]{1,63}$/)),
  productKey: mostly(fc.constant("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE")),
  timeZone: mostly(fc.constantFrom("UTC", "W. Europe Standard Time", undefined)),
  language: mostly(fc.constantFrom("en-US", undefined)),
  firstLogonCommands: fc.array(mostly(fc.stringMatching(/^[!-~][ -~]{0,200}[!-~]$/)), {
    maxLength: 3,
  }),
});

/** What is refused of the file that options give; the number of faults where they give none. */
function refusedOf(guest: GuestProfile, options: AnswerOptions): number | readonly unknown[] {
  try {
    const { fileName, bytes } = answerFile(guest, options);
    const { judgement } = judgeAnswerFile(fileName, bytes, {
      system: { title: guest.title, version: guest.version, kind: guest.kind },
      architecture: guest.architecture,
      firmware: guest.firmware,
      disks: 1,
    });
    return judgement.settings.filter(({ verdict }) => verdict === "refused");
  } catch (error) {
    if (!(error instanceof UnattendError)) throw error;
    const faults: unknown = error.data?.["faults"];
    return Array.isArray(faults) ? faults.length : 0;
  }
}

test.each(listGuests().map(({ name }) => name))(
  "%s: any options give a file that Setup takes, or all their faults",
  (name) => {
    const guest = findGuest(name);
    let taken = 0;
    fc.assert(
      fc.property(anyOptions, (options) => {
        const refused = refusedOf(guest, options);
        if (typeof refused === "number") return refused > 0;
        taken += 1;
        return refused.length === 0;
      }),
      { numRuns: 60 },
    );
    expect(taken).toBeGreaterThan(5);
  },
);
