import type { CygwinOperator } from "../setup-ini/model.ts";

/** A version taken apart: `epoch:version-release`. */
interface Parts {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
}

/**
 * Orders two versions as the installer's solver does (rpm's order): digits by value and above letters, what is longer
 * above what it begins with, `~` below everything. Negative, 0 or positive.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  return (
    compareParts(left.epoch, right.epoch) ||
    compareParts(left.version, right.version) ||
    compareParts(left.release ?? "", right.release ?? "")
  );
}

/** A stretch of versions: all, or those on one side of one. */
export interface VersionRange {
  readonly operator?: CygwinOperator;
  readonly version?: string;
}

/** Whether some version is in both ranges. A bound without a release means every release, as for the installer. */
export function rangesMeet(a: VersionRange, b: VersionRange): boolean {
  if (a.version === undefined || b.version === undefined) {
    // What is provided without a version says nothing about versions.
    return a.version === b.version;
  }
  const [left, right] = [sides(a.operator ?? "="), sides(b.operator ?? "=")];
  const order = compareBounds(a.version, b.version);
  if (order < 0) return left.above || right.below;
  if (order > 0) return left.below || right.above;
  return (left.at && right.at) || (left.above && right.above) || (left.below && right.below);
}

/** Whether a version is in a range; every version is in the one without a bound. */
export function isInRange(version: string, range: VersionRange): boolean {
  return range.version === undefined || rangesMeet({ operator: "=", version }, range);
}

function sides(operator: CygwinOperator): { below: boolean; at: boolean; above: boolean } {
  return {
    below: operator.startsWith("<"),
    at: operator.endsWith("="),
    above: operator.startsWith(">"),
  };
}

function compareBounds(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  const order = compareParts(left.epoch, right.epoch) || compareParts(left.version, right.version);
  if (order !== 0 || left.release === undefined || right.release === undefined) return order;
  return compareParts(left.release, right.release);
}

function split(text: string): Parts {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf("-");
  return dash < 0
    ? { epoch, version: rest, release: undefined }
    : { epoch, version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}

function compareParts(a: string, b: string): number {
  const [left, right] = [segments(a), segments(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareSegments(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Runs of digits, runs of letters and tildes; all else only separates them. */
function segments(text: string): string[] {
  return text.match(/\d+|[a-zA-Z]+|~/g) ?? [];
}

function compareSegments(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === "~" || b === "~") return a === "~" ? -1 : 1;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [leftNumber, rightNumber] = [/^\d/.test(a), /^\d/.test(b)];
  if (leftNumber !== rightNumber) return leftNumber ? 1 : -1;
  if (!leftNumber) return a < b ? -1 : 1;
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  if (left.length !== right.length) return left.length - right.length;
  return left === right ? 0 : left < right ? -1 : 1;
}
