import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, expect, test } from "vitest";
import { openContext, type Context } from "../../src/context.ts";
import { findState } from "../../src/states/find-state.ts";
import { giveStateName } from "../../src/states/state-names.ts";
import { makeSmallState, small } from "../support/small-state.ts";

const key = "dddd0000000000000000000000000005";

let context: Context;
let place: string;

beforeEach(async () => {
  const store = temporaryDirectory();
  await makeSmallState(store);
  context = await openContext({ store, signal: AbortSignal.timeout(4000) });
  place = context.store.layout.entry("states", key);
});

test("a link that leads nowhere is no state, by key or by name", async () => {
  symlinkSync("nowhere", place);
  await giveStateName(context.store.layout, "elsewhere", key);
  for (const from of ["dddd", "elsewhere"]) {
    await expect(findState(context, { from })).rejects.toMatchObject({
      code: "PIPELINE_STATE_UNKNOWN",
    });
  }
  const found = await findState(context, { from: "c100" });
  expect(found.manifest.key).toBe(small.state);
});

test("a name that can't be read is told, and not called unknown", async () => {
  const { layout } = context.store;
  symlinkSync("tools", join(layout.names, "tools"));
  await expect(findState(context, { from: "tools" })).rejects.toMatchObject({
    code: "PIPELINE_STORE_DAMAGED",
    data: { from: "tools" },
  });
});

test("a state that the kernel does not let be looked at is told, not made again or asked for without end", async () => {
  // Refused to root as well.
  symlinkSync(key, place);
  await expect(findState(context, { from: "dddd" })).rejects.toMatchObject({
    code: "PIPELINE_STORE_DAMAGED",
    cause: { code: "ELOOP" },
  });
  const made = context.store.obtain("states", key, () => Promise.reject(new Error("made")));
  await expect(made).rejects.toMatchObject({ code: "PIPELINE_STORE_DAMAGED" });
});
