import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
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

test("a link stays one: the file that it leads to is replaced, or made", async () => {
  const [link, file] = [join(root, "link"), join(root, "state.winvm")];
  symlinkSync("state.winvm", link);
  for (const before of [undefined, "older"]) {
    if (before !== undefined) writeFileSync(file, before);
    const record = await exportState({ state: small.state, to: link }, { store: from });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(lstatSync(file)).toMatchObject({ size: record.sizeBytes });
  }
  const left = readdirSync(root).filter((name) => name.startsWith("."));
  expect(left).toEqual([]);
});

test("a descriptor of ours is written from its place on, and stays open", async () => {
  const file = join(root, "several");
  const descriptor = openSync(file, "w");
  writeSync(descriptor, "before ");
  const to = join(root, "link");
  symlinkSync(`/proc/self/fd/${descriptor}`, to);
  const { sizeBytes } = await exportState({ state: small.state, to }, { store: from });
  writeSync(descriptor, " behind");
  closeSync(descriptor);
  const bytes = readFileSync(file);
  expect(bytes.length).toBe(sizeBytes + 14);
  expect(bytes.toString("latin1", 0, 7)).toBe("before ");
  expect(bytes.toString("latin1", 7 + sizeBytes)).toBe(" behind");
});

test("a descriptor that is open for reading alone is told", async () => {
  const file = join(root, "read");
  writeFileSync(file, "content");
  const descriptor = openSync(file, "r");
  const to = `/proc/self/fd/${descriptor}`;
  const exporting = exportState({ state: small.state, to }, { store: from });
  await expect(exporting).rejects.toMatchObject({ code: "PIPELINE_EXPORT_FAILED" });
  closeSync(descriptor);
  expect(readFileSync(file, "utf8")).toBe("content");
});
