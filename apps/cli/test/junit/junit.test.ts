import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findReports } from "../../src/junit/find-reports.ts";
import { mergedReport, suitesOf } from "../../src/junit/merge.ts";
import { endOfCase, readReport, type Report } from "../../src/junit/report.ts";
import {
  element,
  elements,
  formatXml,
  onlyXml,
  parseXml,
  rootName,
  textOf,
} from "../../src/junit/xml.ts";

const junit = `<?xml version="1.0"?>
<!-- from a runner -->
<testsuites>
  <testsuite name="outer" tests="99">
    <testcase name="one" classname="c" time="1.5"/>
    <testsuite name="inner">
      <testcase name="two" time="1,000.25"><failure message="a &lt; b">at <![CDATA[<x>]]></failure></testcase>
      <testcase name="three"><skipped/></testcase>
      <testcase name="four"><error/></testcase>
    </testsuite>
  </testsuite>
</testsuites>`;

// As vstest writes it: \uFEFF, a namespace, rows of data.
const trx = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
  <Results>
    <UnitTestResult testId="1" testName="Adds" outcome="Passed" duration="00:01:02.5000000"/>
    <UnitTestResult testId="2" testName="Fails" outcome="Failed">
      <Output><StdOut>said</StdOut><ErrorInfo><Message>2 &lt; 1</Message><StackTrace>at X</StackTrace></ErrorInfo></Output>
    </UnitTestResult>
    <UnitTestResult testId="3" testName="Rows" outcome="Failed">
      <InnerResults>
        <UnitTestResult testId="3" testName="Rows (1)" outcome="Passed"/>
        <UnitTestResult testId="3" testName="Rows (2)" outcome="Timeout"/>
      </InnerResults>
    </UnitTestResult>
    <UnitTestResult testId="4" testName="Later" outcome="NotExecuted"/>
    <UnitTestResult testId="5" testName="Breaks"/>
  </Results>
  <TestDefinitions>
    <UnitTest id="1"><TestMethod className="N.Calc, Asm" name="Adds"/></UnitTest>
    <UnitTest id="2"><TestMethod className="N.Calc" name="Fails"/></UnitTest>
  </TestDefinitions>
</TestRun>`;

describe("reports", () => {
  test("JUnit's: all cases, however deep", () => {
    const report = readReport({ path: "r.xml", text: junit });
    expect(report?.cases.map(endOfCase)).toEqual(["passed", "failed", "skipped", "error"]);
    expect(report?.cases.map(({ attributes }) => attributes["classname"])).toEqual([
      "c",
      "inner",
      "inner",
      "inner",
    ]);
  });

  test("Visual Studio's: outcomes, rows, classes, times", () => {
    const report = readReport({ path: "r.trx", text: trx });
    expect(
      report?.cases.map((one) => [
        one.attributes["name"],
        one.attributes["classname"],
        endOfCase(one),
      ]),
    ).toEqual([
      ["Adds", "N.Calc", "passed"],
      ["Fails", "N.Calc", "failed"],
      ["Rows (1)", "", "passed"],
      ["Rows (2)", "", "error"],
      ["Later", "", "skipped"],
      ["Breaks", "", "error"],
    ]);
    expect(report?.cases[0]?.attributes["time"]).toBe("62.500");
    expect(formatXml(element("x", {}, report?.cases))).toContain(
      '<failure message="2 &lt; 1" type="Failed">at X</failure>',
    );
  });

  test("another XML file is none; one that is broken is an error", () => {
    expect(readReport({ path: "pom.xml", text: "<project/>" })).toBeUndefined();
    expect(readReport({ path: "x.xml", text: "no XML" })).toBeUndefined();
    const subset = "<!DOCTYPE testsuite [<!ELEMENT testsuite ANY>]>";
    const declared = readReport({
      path: "r.xml",
      text: `${subset}<testsuite><testcase/></testsuite>`,
    });
    expect(declared?.cases.map(endOfCase)).toEqual(["passed"]);
    const broken = readReport({ path: "r.xml", text: "<testsuite><testcase>" });
    expect(broken?.cases.map(endOfCase)).toEqual(["error"]);
    // What is to be written must not be too deep for the stack.
    const [deep, deeper] = [200, 12_000].map((times) => {
      const nested = `${"<p>".repeat(times)}${"</p>".repeat(times)}`;
      const text = `<testsuite><testcase>${nested}</testcase></testsuite>`;
      return readReport({ path: "r.xml", text })?.cases ?? [];
    });
    expect(deep?.map(endOfCase)).toEqual(["passed"]);
    expect(deeper?.map(endOfCase)).toEqual(["error"]);
    // Nothing outside is read, nothing is blown up.
    const entity =
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite>&e;</testsuite>';
    expect(readReport({ path: "r.trx", text: entity })?.cases.map(endOfCase)).toEqual(["error"]);
  });

  test("are found below the outputs, without those that were there before", async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "deep"));
    writeFileSync(join(directory, "old.xml"), junit);
    await new Promise((resolve) => setTimeout(resolve, 120));
    const since = Date.now();
    writeFileSync(join(directory, "deep", "new.xml"), junit);
    writeFileSync(join(directory, "result.trx"), Buffer.from(`\uFEFF${trx.slice(1)}`, "utf16le"));
    writeFileSync(join(directory, "notes.txt"), junit);
    const reports = await findReports(directory, since);
    expect(reports.map(({ path, cases }) => [path, cases.length])).toEqual([
      ["deep/new.xml", 4],
      ["result.trx", 6],
    ]);
    expect(await findReports(join(directory, "nowhere"), 0)).toEqual([]);
  });
});

describe("the merged report", () => {
  const base = { sequence: 1, item: "a & b", elapsedMs: 1500, reports: [] };
  const report = { path: "r.xml", cases: readReport({ path: "r.xml", text: junit })?.cases ?? [] };

  test("has a suite for each file, with its counts, and the item", () => {
    const suites = suitesOf({
      ...base,
      outcome: { kind: "exited", exitCode: 1 },
      reports: [report],
    });
    const merged = parseXml(mergedReport("winvm map", suites));
    expect(merged.attributes).toMatchObject({
      tests: "4",
      failures: "1",
      errors: "1",
      skipped: "1",
      time: "1001.750",
    });
    const text = mergedReport("winvm map", suites);
    expect(text).toContain('<testsuite name="a &amp; b: r.xml" tests="4"');
    expect(text).toContain('<property name="winvm.item" value="a &amp; b"/>');
  });

  test.each([
    [{ kind: "exited", exitCode: 0 }, "passed"],
    [{ kind: "exited", exitCode: 3 }, "failed"],
    [{ kind: "timedOut", timeoutMs: 10 }, "failed"],
    [{ kind: "guestCrashed" }, "error"],
    [{ kind: "cancelled" }, "skipped"],
    [undefined, "skipped"],
  ] as const)("an item without a report has a case of its own: %j", (outcome, end) => {
    const [suite, ...more] = suitesOf({ ...base, outcome });
    expect(more).toEqual([]);
    expect(suite?.attributes).toMatchObject({ tests: "1" });
    const testcase = suite?.children.at(-1);
    expect(typeof testcase === "object" && endOfCase(testcase)).toBe(end);
  });

  test("a job that failed though no case did is not lost", () => {
    const good = { path: "g.xml", cases: [element("testcase", { name: "fine" })] };
    const names = (
      outcome: Parameters<typeof suitesOf>[0]["outcome"],
      reports: readonly Report[] = [good],
    ) => suitesOf({ ...base, outcome, reports }).map(({ attributes }) => attributes["name"]);
    expect(names({ kind: "exited", exitCode: 0 })).toEqual(["a & b: g.xml"]);
    expect(names({ kind: "exited", exitCode: 139 })).toEqual(["a & b: g.xml", "a & b"]);
    expect(names({ kind: "timedOut", timeoutMs: 1 }, [report])).toEqual(["a & b: r.xml", "a & b"]);
  });
});

describe("XML", () => {
  test("what is written is read back, whatever it holds", () => {
    const units = "a b <>&]"
      .split("")
      .concat('"', "'", "\n", "\t", "\r", "\0", "ü", "\ud800", "\ufffe", "😀");
    const text = fc.string({ unit: fc.constantFrom(...units) });
    fc.assert(
      fc.property(text, text, (value, content) => {
        // A text of blanks alone is layout.
        const inner = `${content}.`;
        const back = parseXml(formatXml(element("x", { a: value }, [element("y", {}, [inner])])));
        expect(back.attributes["a"]).toBe(onlyXml(value));
        expect(elements(back).map(textOf)).toEqual([onlyXml(inner)]);
      }),
    );
    expect(onlyXml("a\0b\u001b\ud800\n")).toBe("a\ufffdb\ufffd\ufffd\n");
  });

  test.each([
    ["\uFEFF<?xml version='1.0'?>\n<!-- <testsuite> --><p:testsuites a='b'>", "testsuites"],
    ["<!DOCTYPE html><html>", "html"],
    [`${"<!-- a -->\n".repeat(40)}<!DOCTYPE x [<!ELEMENT x ANY>]><testsuite/>`, "testsuite"],
    ["<!DOCTYPE x [<!ENTITY e '>]'><!-- ]> -->]>\n<testsuite name='cut", "testsuite"],
    [" <?xml version='1.0'?><!-- a -- b --><testsuite>", "testsuite"],
    [`<!--${"x".repeat(5000)}--><testsuite>`, "testsuite"],
    ["<!-- a", undefined],
    ["text", undefined],
    ["text <testsuite>", undefined],
  ])("the root of %j", (text, name) => {
    expect(rootName(text)).toBe(name);
  });
});
