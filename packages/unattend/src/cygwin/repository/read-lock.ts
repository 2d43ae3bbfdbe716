import { readFile } from "node:fs/promises";
import { describeError } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import { throwFaults, UnattendError } from "../../errors.ts";
import { lockFaults } from "./lock.ts";
import type { CygwinLock } from "./lock.ts";

/**
 * Reads the text of a lock.
 *
 * @throws UnattendError `UNATTEND_CYGWIN_LOCK_INVALID` with every fault in `data.faults`.
 */
export function readLock(text: string, name = "the lock"): CygwinLock {
  const faults: Fault[] = [];
  let value: unknown;
  try {
    value = JSON.parse(text);
    checkForm(value, faults);
  } catch (error) {
    faults.push({ path: name, expected: "JSON", value: describeError(error) });
  }
  const lock = value as CygwinLock;
  if (faults.length === 0) faults.push(...lockFaults(lock));
  throwFaults(
    "UNATTEND_CYGWIN_LOCK_INVALID",
    `read ${name}`,
    faults,
    "give cygwin.lock.json as a fetch has written it, or fetch without a lock to choose anew",
  );
  return lock;
}

/**
 * Reads a lock that is a file.
 *
 * @throws UnattendError as {@link readLock}; `UNATTEND_CYGWIN_UNREADABLE` when the file cannot be read.
 */
export async function readLockFile(path: string): Promise<CygwinLock> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new UnattendError({
      code: "UNATTEND_CYGWIN_UNREADABLE",
      asked: `read ${path}`,
      happened: describeError(error),
      hint: "give the path of a lock that a fetch has written",
      cause: error,
      data: { path },
    });
  }
  return readLock(text, path);
}

type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const line: Rule = [
  "one line of text without double quotes",
  (value) => typeof value === "string" && !/["\r\n]/.test(value),
];
const size: Rule = [
  "a whole number from 0",
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
];
const texts: Rule = [
  "a list of texts",
  (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
];

const headRules: Readonly<Record<string, Rule>> = {
  format: ["1", (value) => value === 1],
  release: line,
  arch: ["x86_64 or x86", (value) => value === "x86_64" || value === "x86"],
  setupTimestamp: size,
  setupVersion: [line[0], (value) => value === undefined || line[1](value)],
  setupMinimumVersion: [line[0], (value) => value === undefined || line[1](value)],
  packages: ["a list", Array.isArray],
};

const packageRules: Readonly<Record<string, Rule>> = {
  name: line,
  version: line,
  section: line,
  path: line,
  size,
  hash: [
    "md5: and 32 digits, or sha512: and 128",
    (value) =>
      typeof value === "string" && /^(?:md5:[0-9a-f]{32}|sha512:[0-9a-f]{128})$/.test(value),
  ],
  description: line,
  categories: texts,
  depends: texts,
  provides: texts,
  obsoletes: texts,
  conflicts: texts,
};

function checkForm(value: unknown, faults: Fault[]): void {
  check("lock", value, headRules, faults);
  const { packages } = (value ?? {}) as { packages?: unknown };
  if (!Array.isArray(packages)) return;
  for (const [at, one] of packages.entries()) check(`packages[${at}]`, one, packageRules, faults);
}

function check(
  path: string,
  value: unknown,
  rules: Readonly<Record<string, Rule>>,
  faults: Fault[],
): void {
  if (typeof value !== "object" || value === null) {
    faults.push({ path, expected: "an object", value });
    return;
  }
  const entries: Readonly<Record<string, unknown>> = { ...value };
  for (const [key, [expected, holds]] of Object.entries(rules)) {
    if (!holds(entries[key])) {
      faults.push({
        path: path === "lock" ? key : `${path}.${key}`,
        expected,
        value: entries[key],
      });
    }
  }
}
