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

function often<Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, one);
}

const userName = fc.oneof(fc.constantFrom("ada", "b & c"), fc.string({ maxLength: 22 }));

function anyOptions({
  architectures,
  firmwares,
  media,
}: GuestProfile): fc.Arbitrary<AnswerOptions> {
  const evaluation = media.some(({ kind }) => kind === "evaluation");
  return fc.record({
    administratorPassword: mostly(fc.constantFrom("secret-Word1", 'Q"uo%te;1 é<&>')),
    user: often(fc.record({ name: userName, password: fc.constant("secret-Word1") })),
    computerName: mostly(fc.option(computerName, { nil: undefined })),
    fullName: mostly(fc.stringMatching(/^[ -~]{1,63}$/)),
    organization: mostly(fc.stringMatching(/^[ -~]{1,63}$/)),
    architecture: often(fc.constantFrom(...architectures)),
    firmware: often(fc.constantFrom(...firmwares)),
    productKey: mostly(fc.constant("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE")),
    evaluation: often(fc.constant(evaluation)),
    image: often(
      fc.oneof(
        fc.record({ index: fc.integer({ min: -1, max: 20 }) }),
        fc.record({ name: fc.string({ maxLength: 300 }) }),
      ),
    ),
    timeZone: mostly(fc.constantFrom("UTC", "W. Europe Standard Time", undefined)),
    language: mostly(fc.constantFrom("en-US", undefined)),
    keyboard: often(fc.constantFrom("de-DE", "0407:00000407", "de:DE")),
    network: often(
      fc.record({
        address: fc.constantFrom("10.0.0.1/8", "10.0.0.1"),
        mac: fc.constant("52:54:00:12:01:01"),
      }),
    ),
    firstLogonCommands: fc.array(mostly(fc.stringMatching(/^[!-~][ -~]{0,200}[!-~]$/)), {
      maxLength: 3,
    }),
    tpm: often(fc.constantFrom("bypass", "emulated")),
    drivers: often(fc.array(fc.constantFrom("E:\\a", "F:\\<&>", "a"), { maxLength: 3 })),
    shellProvider: often(fc.constantFrom("cygwin", "win32-openssh", "in-box")),
  });
}

/** What is refused of the file that options give; the number of faults where they give none. */
function refusedOf(guest: GuestProfile, options: AnswerOptions): number | readonly unknown[] {
  try {
    const { fileName, bytes } = answerFile(guest, options);
    const { judgement } = judgeAnswerFile(fileName, bytes, {
      system: { title: guest.title, version: guest.version, kind: guest.kind },
      architecture: options.architecture ?? guest.architecture,
      firmware: options.firmware ?? guest.firmware,
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
      fc.property(anyOptions(guest), (options) => {
        const refused = refusedOf(guest, options);
        if (typeof refused === "number") return refused > 0;
        taken += 1;
        return refused.length === 0;
      }),
      { numRuns: 100 },
    );
    expect(taken).toBeGreaterThan(5);
  },
);
