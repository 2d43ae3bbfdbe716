import type { Outcome } from "@winvm/pipeline";
import { outcomeFailure } from "../render/failure.ts";
import { endOfCase, type Report } from "./report.ts";
import { element, formatXml, type XmlElement } from "./xml.ts";

/** One item of a list, how it ended and what its job reported. */
export interface ReportedItem {
  readonly sequence: number;
  readonly item: string;
  /** `undefined` for an item that was never started. */
  readonly outcome: Outcome | undefined;
  readonly elapsedMs: number;
  readonly reports: readonly Report[];
}

/**
 * The suites of an item: one for each report, and one for the job itself where no report says how it ended: there is
 * none, or none that tells of a failure though the job failed.
 */
export function suitesOf(reported: ReportedItem): readonly XmlElement[] {
  const { item, outcome, reports } = reported;
  const cases = reports.flatMap((report) => report.cases);
  const told = cases.some((one) => /^(?:failed|error)$/.test(endOfCase(one)));
  const ok = outcome?.kind === "exited" && outcome.exitCode === 0;
  const own =
    reports.length === 0 || (!ok && !(told && outcome?.kind === "exited"))
      ? [suite(item, reported, [jobCase(reported)])]
      : [];
  return [
    ...reports.map((report) => suite(`${item}: ${report.path}`, reported, report.cases)),
    ...own,
  ];
}

/** All suites as one file. */
export function mergedReport(name: string, suites: readonly XmlElement[]): string {
  const sum = (key: string): number =>
    suites.reduce((total, { attributes }) => total + Number(attributes[key] ?? 0), 0);
  const counts = Object.fromEntries(
    ["tests", "failures", "errors", "skipped"].map((key) => [key, sum(key)]),
  );
  return formatXml(
    element("testsuites", { name, ...counts, time: sum("time").toFixed(3) }, suites),
  );
}

function suite(
  name: string,
  { item, sequence }: ReportedItem,
  cases: readonly XmlElement[],
): XmlElement {
  const ends = cases.map(endOfCase);
  const count = (end: string): number => ends.filter((one) => one === end).length;
  const time = cases.reduce((sum, { attributes }) => sum + seconds(attributes["time"]), 0);
  const properties = element("properties", {}, [
    element("property", { name: "winvm.item", value: item }),
    element("property", { name: "winvm.sequence", value: sequence }),
  ]);
  return element(
    "testsuite",
    {
      name,
      tests: cases.length,
      failures: count("failed"),
      errors: count("error"),
      skipped: count("skipped"),
      time: time.toFixed(3),
    },
    [properties, ...cases],
  );
}

/** Some write `1,234.5`. */
function seconds(text: string | undefined): number {
  const value = Number((text ?? "0").replaceAll(",", ""));
  return Number.isFinite(value) ? value : 0;
}

function jobCase({ item, outcome, elapsedMs }: ReportedItem): XmlElement {
  const end = endOfJob(outcome);
  const time = (elapsedMs / 1000).toFixed(3);
  return element("testcase", { name: item, classname: "winvm.map", time }, end);
}

function endOfJob(outcome: Outcome | undefined): readonly XmlElement[] {
  if (outcome === undefined) return [element("skipped", { message: "it was not started" })];
  const message = outcomeFailure(outcome)?.happened;
  switch (outcome.kind) {
    case "exited":
      return outcome.exitCode === 0
        ? []
        : [element("failure", { message: `exit code ${outcome.exitCode}`, type: outcome.kind })];
    case "cancelled":
      return [element("skipped", { message: "it was ended" })];
    case "signalled":
    case "notFound":
    case "notExecutable":
    case "timedOut":
      return [element("failure", { message, type: outcome.kind })];
    case "guestCrashed":
    case "connectionLost":
    case "jobInvalid":
    case "reviveFailed":
    case "suspendFailed":
    case "installFailed":
    case "refused":
      return [element("error", { message, type: outcome.kind })];
  }
}
