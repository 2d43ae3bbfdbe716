import { childrenNamed, element, elements, localName, textOf, type XmlElement } from "./xml.ts";

/** The `testcase` elements for the results of a Visual Studio test run (namespace TeamTest/2010). */
export function trxCases(run: XmlElement): readonly XmlElement[] {
  if (localName(run) !== "TestRun") throw new Error(`its root is ${run.name}, not TestRun`);
  const classes = classNames(run);
  const results = childrenNamed(run, "Results").flatMap(leafResults);
  return results.map((result) => {
    const { testName = "", testId = "", duration } = result.attributes;
    const seconds = secondsOf(duration);
    const attributes = { name: testName, classname: classes.get(testId) ?? "", time: seconds };
    return element("testcase", attributes, [...endOf(result), ...outputOf(result)]);
  });
}

/** The class of each test, by its id. */
function classNames(run: XmlElement): ReadonlyMap<string, string> {
  const tests = childrenNamed(run, "TestDefinitions").flatMap(elements);
  return new Map(
    tests.flatMap((test) => {
      const name = childrenNamed(test, "TestMethod")[0]?.attributes["className"];
      // Older ones have the assembly's name behind it.
      return name === undefined ? [] : [[test.attributes["id"] ?? "", name.split(",")[0] ?? ""]];
    }),
  );
}

/** Results that stand for one test; those with rows of data or a test list hold them in `InnerResults`. */
function leafResults(parent: XmlElement): readonly XmlElement[] {
  return elements(parent).flatMap((result) => {
    if (!/^(?:Unit|Manual|Generic)?TestResult(?:Aggregation)?$/.test(localName(result))) return [];
    const inner = childrenNamed(result, "InnerResults").flatMap(leafResults);
    return inner.length > 0 ? inner : [result];
  });
}

/** What JUnit says for an outcome of the schema's `TestOutcome`. */
function endOf(result: XmlElement): readonly XmlElement[] {
  // vstest leaves out what is its first member.
  const { outcome = "Error" } = result.attributes;
  switch (outcome) {
    case "Passed":
    case "Completed":
    case "Warning":
    case "PassedButRunAborted":
      return [];
    case "Failed":
      return [problem("failure", outcome, result)];
    case "Error":
    case "Timeout":
    case "Aborted":
    case "Disconnected":
      return [problem("error", outcome, result)];
    default:
      return [element("skipped", { message: messageOf(result) ?? outcome })];
  }
}

function problem(name: "failure" | "error", outcome: string, result: XmlElement): XmlElement {
  const trace = errorInfo(result, "StackTrace");
  const message = messageOf(result) ?? outcome;
  return element(name, { message, type: outcome }, trace === undefined ? [] : [trace]);
}

function messageOf(result: XmlElement): string | undefined {
  return errorInfo(result, "Message");
}

function errorInfo(result: XmlElement, name: string): string | undefined {
  const found = childrenNamed(result, "Output")
    .flatMap((output) => childrenNamed(output, "ErrorInfo"))
    .flatMap((info) => childrenNamed(info, name))[0];
  return found === undefined ? undefined : textOf(found);
}

function outputOf(result: XmlElement): readonly XmlElement[] {
  const outputs = childrenNamed(result, "Output");
  return [
    ["StdOut", "system-out"],
    ["StdErr", "system-err"],
  ].flatMap(([from = "", to = ""]) =>
    outputs
      .flatMap((output) => childrenNamed(output, from))
      .map((found) => element(to, {}, [textOf(found)])),
  );
}

/** `01:02:03.4560000` (with `1.` before it for a day) in seconds. */
function secondsOf(duration: string | undefined): string | undefined {
  const match = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(duration ?? "");
  if (match === null) return undefined;
  const [, days = "0", hours, minutes, seconds] = match;
  return (
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 +
    Number(seconds)
  ).toFixed(3);
}
