import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { requestOf } from "../fixtures/request-of.ts";

test("a run that is traced starts its machines itself", async () => {
  const trace = ["--trace", join(temporaryDirectory(), "trace.json")];
  expect(await requestOf("run", ...trace, "--", "true")).toMatchObject({ pool: false });
  expect(await requestOf("run", "--", "true")).toMatchObject({ pool: true });
  expect(await requestOf("run", "--no-pool", "--", "true")).toMatchObject({ pool: false });
});
