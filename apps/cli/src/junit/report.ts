import { trxCases } from "./trx.ts";
import {
  childrenNamed,
  element,
  elements,
  localName,
  parseXml,
  rootName,
  type XmlElement,
} from "./xml.ts";

/** A file that may be a report. */
export interface ReportFile {
  /** Relative to the job's outputs. */
  readonly path: string;
  readonly text: string;
}

/** What a report says: the `testcase` elements of JUnit. */
export interface Report {
  readonly path: string;
  readonly cases: readonly XmlElement[];
}

/** Whether a name is one that reports have. */
export function mayBeReport(path: string): boolean {
  return /\.(?:xml|trx)$/i.test(path);
}

/**
 * Reads a report of JUnit's form, or one of Visual Studio (`.trx`); `undefined` for another XML file. One that can't be
 * read is a report with one error.
 */
export function readReport({ path, text }: ReportFile): Report | undefined {
  const root = rootName(text);
  const trx = /\.trx$/i.test(path);
  if (!trx && root !== "testsuites" && root !== "testsuite") return undefined;
  try {
    const parsed = parseXml(text);
    return { path, cases: trx ? trxCases(parsed) : junitCases(parsed) };
  } catch (error) {
    return unreadableReport(path, error);
  }
}

/** A report with one error, which says why it can't be read. */
export function unreadableReport(path: string, error: unknown): Report {
  const message = `the report can't be read: ${error instanceof Error ? error.message : String(error)}`;
  const fault = element("error", { message, type: "unreadable" });
  return { path, cases: [element("testcase", { name: path, classname: "winvm.map" }, [fault])] };
}

/** All cases below, however deep; one without a class takes its suite's name. */
function junitCases(suite: XmlElement): readonly XmlElement[] {
  return elements(suite).flatMap((child) => {
    if (localName(child) === "testcase") {
      const { classname = suite.attributes["name"] ?? "" } = child.attributes;
      return { ...child, name: "testcase", attributes: { ...child.attributes, classname } };
    }
    return localName(child) === "testsuite" ? junitCases(child) : [];
  });
}

/** How a case ended. */
export type CaseEnd = "passed" | "failed" | "error" | "skipped";

/** What the elements in a `testcase` say. */
export function endOfCase(testcase: XmlElement): CaseEnd {
  if (childrenNamed(testcase, "error").length > 0) return "error";
  if (childrenNamed(testcase, "failure").length > 0) return "failed";
  return childrenNamed(testcase, "skipped").length > 0 ? "skipped" : "passed";
}
