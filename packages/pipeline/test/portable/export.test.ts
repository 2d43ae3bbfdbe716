import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, expect, test } from "vitest";
import { collectGarbage, exportState, importState } from "../../src/index.ts";
import type { GarbageReport, PipelineEvent } from "../../src/index.ts";
import type { Store } from "../../src/store/store.ts";
import { makeSmallState, small } from "../support/small-state.ts";

let root: string;
let from: string;
let store: Store;

beforeEach(async () => {
  root = temporaryDirectory();
  from = join(root, "from");
  store = await makeSmallState(from, 20_000);
});

test("a state that is exported is not collected as garbage, however old it is", async () => {
  for (const name of readdirSync(join(from, "used")))
    utimesSync(join(from, "used", name), new Date(0), new Date(0));
  let collecting: Promise<GarbageReport> | undefined;
  const onEvent = ({ type }: PipelineEvent): void => {
    if (type === "stage:start") collecting = collectGarbage({}, { store: from });
  };
  const file = join(root, "state.winvm");
  await exportState({ state: small.state, to: file }, { store: from, onEvent });
  expect((await collecting)?.removed).toEqual([]);
  expect(await store.keys("states")).toHaveLength(2);
  const imported = await importState({ from: file }, { store: join(root, "to") });
  expect(imported.entries).toHaveLength(4);
});
