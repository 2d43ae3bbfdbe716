import { findGuest } from "@winvm/unattend";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pairKey } from "../src/machines/pair-key.ts";
import { pairSource, resourceFaults, withResources } from "../src/machines/resources.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const host = { memoryBytes: 24 * GiB, cpus: 4 };

test.each([
  { guest: "reference", asked: {}, paths: [] },
  { guest: "reference", asked: { memoryBytes: GiB, cpus: 4 }, paths: [] },
  { guest: "reference", asked: { memoryBytes: 24 * GiB }, paths: [] },
  { guest: "reference", asked: { memoryBytes: GiB - MiB }, paths: ["memoryBytes"] },
  { guest: "reference", asked: { memoryBytes: GiB + 1 }, paths: ["memoryBytes"] },
  { guest: "reference", asked: { memoryBytes: 25 * GiB, cpus: 5 }, paths: ["memoryBytes", "cpus"] },
  { guest: "reference", asked: { cpus: 1.5 }, paths: ["cpus"] },
  { guest: "11", asked: { memoryBytes: 2 * GiB, cpus: 1 }, paths: ["memoryBytes", "cpus"] },
  { guest: "11", asked: { memoryBytes: 8 * GiB, cpus: 2 }, paths: [] },
])("$guest with $asked: $paths", ({ guest, asked, paths }) => {
  expect(resourceFaults(findGuest(guest), asked, host).map(({ path }) => path)).toEqual(paths);
});

test("the state's key depends on what was asked for, and on nothing else of it", () => {
  const reference = findGuest("reference");
  const { memoryBytes, cpus } = reference.hardware;
  expect(pairKey(withResources(reference, {}))).toBe(pairKey(reference));
  expect(pairKey(withResources(reference, { memoryBytes, cpus }))).toBe(pairKey(reference));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1024, max: 65_536 }),
      (n, mib) => {
        const same = n === cpus && mib * MiB === memoryBytes;
        const changed = withResources(reference, { cpus: n, memoryBytes: mib * MiB });
        expect(pairKey(changed) === pairKey(reference)).toBe(same);
      },
    ),
  );
});

test("a request that no guest and no host could meet is refused with all faults", () => {
  expect(() => pairSource({ profile: findGuest("11") }, { memoryBytes: MiB, cpus: 1000 })).toThrow(
    expect.objectContaining({
      code: "PIPELINE_INVALID_REQUEST",
      message: expect.stringMatching(/memoryBytes[\s\S]*cpus/),
    }),
  );
});
