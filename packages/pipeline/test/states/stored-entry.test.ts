import { expect, test } from "vitest";
import { pickEntry } from "../../src/states/stored-entry.ts";
import type { StoreEntry } from "../../src/store/store.ts";

function entry(key: string, inputs: Readonly<Record<string, unknown>>): StoreEntry {
  const common = {
    format: 1,
    kind: "states",
    createdAt: "2026-01-01",
    files: {},
    facts: {},
  } as const;
  return { directory: `/states/${key}`, manifest: { ...common, key, inputs }, cached: true };
}

const layer = entry("aaaa0000000000000000000000000001", { guest: "11", parent: "bb" });
const plain = entry("bbbb0000000000000000000000000002", { guest: "11" });
const entries = [layer, plain, entry("cccc0000000000000000000000000003", { guest: "11" })];
const names = new Map([
  ["tools", layer.manifest.key],
  ["gone", "dddd0000000000000000000000000004"],
]);

test.each([
  ["tools", layer],
  ["aaaa", layer],
  ["11", plain],
  ["win11", plain],
  ["windows-11", plain],
])("%s means a stored state", (text, found) => {
  expect(pickEntry(entries, text, { kind: "state", names })).toBe(found);
});

test.each([
  ["gone", "is not in the store any more"],
  ["reference", "no state of this guest"],
  ["nothing", "no guest and no state"],
])("%s means none", (text, happened) => {
  expect(() => pickEntry(entries, text, { kind: "state", names })).toThrow(
    expect.objectContaining({
      code: "PIPELINE_STATE_UNKNOWN",
      happened: expect.stringContaining(happened),
    }),
  );
});
