import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { PipelineError } from "../src/index.ts";
import { errorJson, gatherEvidence } from "../src/evidence.ts";
import { Store } from "../src/store/store.ts";

const failure = new PipelineError({
  code: "PIPELINE_SUSPEND_FAILED",
  asked: "freeze the guest",
  happened: "it would not",
});

test("a bundle has the error and the logs that there are", async () => {
  const store = await Store.open(temporaryDirectory());
  const log = join(temporaryDirectory(), "guest.log");
  writeFileSync(log, "last words");
  const { bundle = "", error } = await gatherEvidence(store, failure, {
    what: "suspend",
    machines: [],
    logs: [log, "/no/such.log"],
  });
  expect(error).toEqual(failure.toJSON());
  expect(readdirSync(bundle).sort()).toEqual(["error.json", "guest.log"]);
  expect(readFileSync(join(bundle, "guest.log"), "utf8")).toBe("last words");
});

test("only the last twenty bundles are kept", async () => {
  const store = await Store.open(temporaryDirectory());
  for (let n = 0; n < 22; n += 1) {
    await gatherEvidence(store, failure, { what: `n${n}`, machines: [], logs: [] });
  }
  expect(readdirSync(store.layout.failures).length).toBe(20);
});

test("failures of one moment have a bundle each", async () => {
  const store = await Store.open(temporaryDirectory());
  const gather = () => gatherEvidence(store, failure, { what: "run", machines: [], logs: [] });
  const bundles = await Promise.all([1, 2, 3, 4].map(gather));
  expect(new Set(bundles.map(({ bundle }) => bundle)).size).toBe(4);
});

test("what goes wrong while evidence is gathered does not hide the failure", async () => {
  const store = await Store.open(temporaryDirectory());
  writeFileSync(join(store.layout.root, "file"), "");
  const broken = { layout: { ...store.layout, failures: join(store.layout.root, "file") } };
  const evidence = await gatherEvidence(broken as unknown as Store, failure, {
    what: "x",
    machines: [],
    logs: [],
  });
  expect(evidence).toEqual({ error: failure.toJSON() });
});

test("any thrown thing gets the shape of an error", () => {
  expect(errorJson("text")).toMatchObject({ code: "UNEXPECTED", message: "text" });
});
