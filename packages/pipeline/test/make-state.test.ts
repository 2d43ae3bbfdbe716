import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { openContext } from "../src/context.ts";
import { makeState } from "../src/stages/freeze/make-state.ts";

test.each([
  ["a failure", false, { code: "PIPELINE_SUSPEND_FAILED" }, 1],
  ["whatever comes of an abort", true, { name: "Error", message: "the switch is gone" }, 0],
])("%s", async (_name, aborted, thrown, bundles) => {
  const root = temporaryDirectory();
  const stop = new AbortController();
  const context = await openContext({ store: join(root, "store"), signal: stop.signal });
  const directory = join(root, "state");
  mkdirSync(directory);
  const making = { what: "suspend", code: "PIPELINE_SUSPEND_FAILED", asked: "freeze", directory };
  const made = makeState(context, making as Parameters<typeof makeState>[1], async () => {
    if (aborted) stop.abort();
    throw new Error("the switch is gone");
  });
  await expect(made).rejects.toMatchObject(thrown);
  expect(readdirSync(context.store.layout.failures)).toHaveLength(bundles);
  expect(readdirSync(directory)).toEqual([]);
});

test("a failure is explained while what the work has started still runs, and before its logs are removed", async () => {
  const root = temporaryDirectory();
  const context = await openContext({ store: join(root, "store") });
  const directory = join(root, "state");
  mkdirSync(directory);
  let explained: readonly string[] = ["ended too early"];
  const making = {
    what: "layer",
    code: "PIPELINE_LAYER_FAILED",
    asked: "make it",
    directory,
  } as const;
  const made = makeState(context, making, async ({ scratch, stack, onLog }) => {
    stack.defer(() => {
      const [bundle = ""] = readdirSync(context.store.layout.failures);
      explained = readdirSync(join(context.store.layout.failures, bundle));
    });
    const log = join(scratch, "runner.log");
    writeFileSync(log, "what the runner said");
    onLog(log);
    throw new Error("the guest is gone");
  });
  await expect(made).rejects.toMatchObject({ code: "PIPELINE_LAYER_FAILED" });
  expect(explained).toEqual(["error.json", "runner.log"]);
});
