import { answerFile, findGuest, listGuests, UnattendError } from "@winvm/unattend";
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

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,13}$/);
const options = fc.record({
  administratorPassword: mostly(fc.constant("secret-Word1")),
  computerName: mostly(fc.option(name, { nil: undefined })),
  fullName: mostly(fc.stringMatching(/^[ -~]{1,63}$/)),
  organization: mostly(fc.stringMatching(/^[ -~]{1,63}$/)),
  productKey: mostly(fc.constant("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE")),
  timeZone: mostly(fc.constantFrom("UTC", "W. Europe Standard Time", undefined)),
  language: mostly(fc.constantFrom("en-US", undefined)),
  firstLogonCommands: fc.array(mostly(fc.stringMatching(/^[!-~][ -~]{0,200}[!-~]$/)), {
    maxLength: 3,
  }),
});

test.each(listGuests().map(({ name }) => name))(
  "%s: any options give a file that Setup takes, or all their faults",
  (name) => {
    const guest = findGuest(name);
    let taken = 0;
    fc.assert(
      fc.property(options, (values) => {
        let file;
        try {
          file = answerFile(guest, values);
        } catch (error) {
          expect(error).toBeInstanceOf(UnattendError);
          const { data } = error as UnattendError;
          expect((data?.["faults"] as readonly unknown[]).length).toBeGreaterThan(0);
          return;
        }
        const { judgement } = judgeAnswerFile(file.fileName, file.bytes, {
          system: { title: guest.title, version: guest.version, kind: guest.kind },
          architecture: guest.architecture,
          firmware: guest.firmware,
          disks: 1,
        });
        expect(judgement.settings.filter(({ verdict }) => verdict === "refused")).toEqual([]);
        taken += 1;
      }),
      { numRuns: 60 },
    );
    expect(taken).toBeGreaterThan(5);
  },
);
