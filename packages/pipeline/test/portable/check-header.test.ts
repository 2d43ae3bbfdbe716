import { describe, expect, test } from "vitest";
import { headerFaults } from "../../src/portable/check-header.ts";
import type { ContainedEntry, ContainerHeader } from "../../src/portable/format.ts";
import { small } from "../support/small-state.ts";

const createdAt = "2026-01-01T00:00:00.000Z";
const inputs = { image: small.image, controller: small.media };
const facts = { imageKey: small.image, controllerKey: small.media, frozenClockMs: 1e12 };

function entry(kind: ContainedEntry["kind"], key: string, more: object = {}): ContainedEntry {
  const plain = { format: 1, kind, key, createdAt, inputs: {}, files: {}, facts: {} };
  return { kind, key, manifest: JSON.stringify({ ...plain, ...more }), files: [] };
}

function faultsOf(more: object): readonly string[] {
  const header: ContainerHeader = {
    state: small.state,
    entries: [
      entry("media", small.media),
      entry("images", small.image),
      entry("states", small.state, { inputs, facts, ...more }),
    ],
  };
  return headerFaults(header).map(({ path }) => path.replace("entries[2].manifest.", ""));
}

describe("what a manifest says", () => {
  test("is taken as winvm writes it, and from older states", () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ facts: { ...facts, frozenClockMs: undefined } })).toEqual([]);
  });

  test.each([
    ["createdAt", { createdAt: 7 }],
    ["createdAt", { createdAt: "\u001b[2J" }],
    ["createdAt", { createdAt: undefined }],
    ["facts.frozenClockMs", { facts: { ...facts, frozenClockMs: 1e300 } }],
    ["facts.frozenClockMs", { facts: { ...facts, frozenClockMs: -1 } }],
    ["facts.frozenClockMs", { facts: { ...facts, frozenClockMs: "1" } }],
    ["facts.imageKey", { inputs: { ...inputs, image: 5 }, facts: { ...facts, imageKey: 5 } }],
    [
      "facts.controllerKey",
      {
        inputs: { controller: null, image: small.image },
        facts: { ...facts, controllerKey: null },
      },
    ],
  ])("%s of another kind is a fault: %j", (path, more) => {
    expect(faultsOf(more)).toEqual([path]);
  });
});
