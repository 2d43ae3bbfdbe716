import { expect, test } from "vitest";
import { parseSize } from "../../src/request/size.ts";
import { requestOf } from "../fixtures/request-of.ts";
import { planJob } from "../../src/request/job-options.ts";

test.each([
  ["512M", 512 * 2 ** 20],
  ["8G", 8 * 2 ** 30],
  ["8g", 8 * 2 ** 30],
  ["1.5GiB", 1.5 * 2 ** 30],
  ["1TB", 2 ** 40],
  ["8", undefined],
  ["8 G", undefined],
  ["-1G", undefined],
  ["0G", undefined],
  ["1e3M", undefined],
  ["G", undefined],
  ["99999999999T", undefined],
])("parseSize(%j)", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test("--memory and --cpus reach the pipeline", async () => {
  expect(await requestOf("run", "--memory", "8G", "--cpus", "2", "true")).toMatchObject({
    memoryBytes: 8 * 2 ** 30,
    cpus: 2,
  });
  expect(await requestOf("run", "true")).not.toHaveProperty("memoryBytes");
});

function badPlan(): unknown {
  const caller = { env: {}, workingDirectory: "/" };
  return planJob(["true"], { memory: "8", cpus: "none" }, caller);
}

test("all that is wrong is told at once", () => {
  expect(badPlan).toThrow(
    expect.objectContaining({
      data: {
        faults: [
          expect.objectContaining({ path: "--memory" }),
          expect.objectContaining({ path: "--cpus" }),
        ],
      },
    }),
  );
});
