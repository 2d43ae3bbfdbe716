import * as fc from "fast-check";
import type { Fault } from "@winvm/runtime";
import { expect, test } from "vitest";
import { answerFile, listGuests, UnattendError } from "../src/index.ts";
import type { AnswerFile, AnswerOptions, GuestProfile } from "../src/index.ts";
import { timeZones } from "../src/answer/time-zones.ts";
import { readSif } from "./support/read-sif.ts";
import { readSettings, readXml } from "./support/read-xml.ts";

const anyText = fc.oneof(
  { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 40 }) },
  fc.string({ unit: "binary", maxLength: 70 }),
  fc.constant(undefined),
);
const password = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("Abcdef1 é<&>", 'Q"uo%te;1', "Plain-2026") },
  fc.string({ unit: "grapheme" }),
);
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constant("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE") },
  fc.constantFrom(undefined, "AAAAA"),
);

function often<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, one);
}

/** Any values, most of them near what is allowed: otherwise nothing would ever be written. */
function anyOptions({
  setup,
  architectures,
  firmwares,
}: GuestProfile): fc.Arbitrary<AnswerOptions> {
  return fc.record({
    administratorPassword: password,
    user: often(
      fc.record({ name: fc.oneof(fc.constantFrom("ada", "b & c"), fc.string()), password }),
    ),
    computerName: often(fc.stringMatching(/^[A-Za-z0-9-]{1,16}$/)),
    fullName: anyText,
    organization: anyText,
    architecture: often(fc.constantFrom(...architectures, "x86")),
    firmware: often(fc.constantFrom(...firmwares, "uefi")),
    edition: often(fc.constantFrom("Home", ...setup.editions.map(({ name }) => name))),
    productKey: key,
    evaluation: often(fc.boolean()),
    image: often(
      fc.oneof(
        fc.record({ index: fc.integer({ min: -1, max: 20 }) }),
        fc.record({ name: fc.string({ maxLength: 300 }) }),
      ),
    ),
    language: often(fc.constantFrom("de-DE", "xx-XX", "?")),
    keyboard: often(fc.constantFrom("de-DE", "0407:00000407", "de:DE")),
    timeZone: often(fc.constantFrom("90", "Nowhere", ...timeZones)),
    network: often(
      fc.record({
        address: fc.constantFrom("10.0.0.1/8", "10.0.0.1"),
        mac: fc.constantFrom("52:54:00:12:01:01"),
      }),
    ),
    firstLogonCommands: fc.array(
      fc.oneof(
        { weight: 12, arbitrary: fc.string({ minLength: 1, maxLength: 40 }) },
        fc.constantFrom("x".repeat(261), "x".repeat(1025)),
      ),
      { maxLength: 3 },
    ),
    tpm: often(fc.constantFrom("bypass", "emulated")),
    drivers: often(fc.array(fc.constantFrom("E:\\a", "e:\\a\\", "F:\\<&>", "a"), { maxLength: 3 })),
    shellProvider: often(fc.constantFrom("cygwin", "win32-openssh", "in-box")),
  });
}

test.each(listGuests().map((profile) => [profile.name, profile] as const))(
  "%s: any options give either a file that reads back, or all the faults",
  (_, profile) => {
    let written = 0;
    fc.assert(
      fc.property(anyOptions(profile), (options) => {
        const answer = takenOrRefused(profile, options);
        if (answer === undefined) return;
        written += 1;
        expect(isAscii(answer)).toBe(true);
        const read = readBack(answer);
        const longest = Math.max(...read.commands.map(({ length }) => length));
        expect(longest).toBeLessThanOrEqual(answer.fileName === "winnt.sif" ? 260 : 1024);
        expect(read.password).toBe(options.administratorPassword);
        expect(read.owner).toBe(options.fullName ?? "winvm");
        const own = options.firstLogonCommands ?? [];
        expect(read.commands.slice(read.commands.length - 1 - own.length, -1)).toEqual(own);
      }),
      { numRuns: 300 },
    );
    expect(written).toBeGreaterThan(5);
  },
);

interface ReadBack {
  readonly password: string | undefined;
  readonly owner: string | undefined;
  readonly commands: readonly string[];
}

function readBack({ fileName, bytes }: AnswerFile): ReadBack {
  const text = bytes.toString("latin1");
  if (fileName === "winnt.sif") {
    const file = readSif(text);
    const commands = Object.values(file["GuiRunOnce"] ?? {});
    return {
      password: file["GuiUnattended"]?.["AdminPassword"],
      owner: file["UserData"]?.["FullName"],
      commands,
    };
  }
  expect(readXml(text).name).toBe("unattend");
  const settings = readSettings(text);
  const values = (path: string): string[] =>
    settings.filter((one) => one.path === path).map(({ element }) => element.text);
  return {
    password: values("UserAccounts/AdministratorPassword/Value")[0],
    owner: values("UserData/FullName")[0],
    commands: values("FirstLogonCommands/SynchronousCommand/CommandLine"),
  };
}

function isAscii({ bytes }: AnswerFile): boolean {
  return /^(?:[\x20-\x7e]*\r\n)+$/.test(bytes.toString("latin1"));
}

/** The file, or undefined when the options were refused the way that is promised. */
function takenOrRefused(profile: GuestProfile, options: AnswerOptions): AnswerFile | undefined {
  try {
    return answerFile(profile, options);
  } catch (error) {
    const promised = error instanceof UnattendError && error.code === "UNATTEND_OPTIONS_INVALID";
    const faults = promised ? (error.data["faults"] as Fault[]) : [];
    if (faults.length > 0 && faults.every(({ path, expected }) => path !== "" && expected !== "")) {
      return undefined;
    }
    throw error;
  }
}
