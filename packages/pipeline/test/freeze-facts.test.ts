import { expect, test } from "vitest";
import { freezeFacts } from "../src/machines/freeze-facts.ts";

const save = (bytes: number) => ({ bytes, elapsedMs: 5, completedAtMs: 1060 });

test("the facts of a freeze name each machine's bytes, and there are none of half a pair", () => {
  const report = {
    skewMs: 0.8,
    stoppedAtMs: 1000,
    stoodMs: 0,
    stoppedMs: 60,
    saves: [save(300_000), save(500_000)],
  };
  expect(freezeFacts(report)).toEqual({
    stopSkewMs: 0.8,
    stoppedMs: 60,
    deviceBytes: { guest: 300_000, controller: 500_000 },
  });
  expect(() => freezeFacts({ ...report, saves: [save(1)] })).toThrow(TypeError);
});
