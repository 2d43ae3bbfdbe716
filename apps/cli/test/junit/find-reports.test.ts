import { writeFileSync } from "node:fs";
import type * as files from "node:fs/promises";
import { basename, join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test, vi } from "vitest";
import { findReports } from "../../src/junit/find-reports.ts";
import { endOfCase } from "../../src/junit/report.ts";

// Root may read everything, and a file can't be made to vanish just in time.
vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof files>();
  const codes = new Map([
    ["gone.xml", "ENOENT"],
    ["locked.xml", "EACCES"],
  ]);
  const readFile = async (path: string): Promise<Buffer> => {
    const code = codes.get(basename(path));
    if (code !== undefined) throw Object.assign(new Error(`${code}: played`), { code });
    return original.readFile(path);
  };
  return { ...original, readFile };
});

test("a file that vanishes is passed over, one that can't be read is an error", async () => {
  const directory = temporaryDirectory();
  for (const name of ["gone", "good", "locked"]) {
    writeFileSync(join(directory, `${name}.xml`), "<testsuite><testcase/></testsuite>");
  }
  const reports = await findReports(directory, 0);
  expect(reports.map(({ path, cases }) => [path, cases.map(endOfCase)])).toEqual([
    ["good.xml", ["passed"]],
    ["locked.xml", ["error"]],
  ]);
});
