import fc from "fast-check";
import { expect, test } from "vitest";
import { reportOf } from "../src/harness/report.ts";
import { compete, type Contest } from "../src/harness/rounds.ts";
import { renderTable } from "../src/harness/table.ts";

/** A contest that notes who was measured, and gives what it is told. */
function recorded(ours: readonly number[], baseline: readonly number[]) {
  const order: string[] = [];
  const side = (label: string, values: readonly number[]) => {
    const queue = [...values];
    return {
      label,
      measure: async () => {
        order.push(label);
        return queue.shift() ?? Number.NaN;
      },
    };
  };
  const contest: Contest = {
    name: "revive",
    unit: "ms",
    ours: side("ours", ours),
    baseline: side("2014", baseline),
    target: { text: "≥ 50 ×", met: ({ ours: a, baseline: b }) => b / a >= 50 },
  };
  return { order, contest };
}

test("the warm-up does not count, and the sides take turns to begin", async () => {
  const { order, contest } = recorded([999, 2, 4, 3], [999, 300, 200, 100]);
  const result = await compete(contest, 3);
  expect(order).toEqual(["ours", "2014", "2014", "ours", "ours", "2014", "2014", "ours"]);
  expect(result.ours.samples).toEqual([2, 4, 3]);
  expect(result.baseline?.samples).toEqual([300, 200, 100]);
  expect(result).toMatchObject({ ratio: 200 / 3, target: { text: "≥ 50 ×", met: true } });
});

test("both sides are measured equally often, in turn, whatever the number of rounds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (rounds) => {
      const values = Array.from({ length: rounds + 1 }, () => 1);
      const { order, contest } = recorded(values, values);
      await compete(contest, rounds);
      expect(order).toHaveLength(2 * (rounds + 1));
      for (let round = 0; round <= rounds; round += 1) {
        expect(new Set(order.slice(2 * round, 2 * round + 2)).size).toBe(2);
      }
    }),
  );
});

async function failing(): Promise<number> {
  throw new Error("the guest did not answer");
}

test("a failed measurement ends the benchmark: there are no figures without one", async () => {
  const ours = { label: "ours", measure: failing };
  const contest: Contest = { name: "run", unit: "ms", ours };
  await expect(compete(contest, 5)).rejects.toThrow("the guest did not answer");
});

test("the report has the figures of revive at the top, the table the verdicts", async () => {
  const slow = await compete(recorded([9, 100, 100], [9, 1000, 3000]).contest, 2);
  const alone = await compete(
    {
      name: "size",
      unit: "MiB",
      ours: { label: "image", measure: async () => 35.25 },
      target: { text: "< 60 MiB", met: ({ ours }) => ours < 60 },
    },
    1,
  );
  const setting = { node: "24", cpu: "any", cores: 2 };
  expect(reportOf(setting, [alone, slow])).toMatchObject({
    oursMs: 100,
    baselineMs: 2000,
    ratio: 20,
    results: { size: { ours: { median: 35.25 } } },
  });
  expect(reportOf(setting, [alone])).not.toHaveProperty("oursMs");
  expect(renderTable([alone, slow])).toMatchInlineSnapshot(`
    "                median    quartiles    min … max  ratio  target
    size: image   35.3 MiB  35.3 … 35.3  35.3 … 35.3         < 60 MiB: met
    revive: ours    100 ms    100 … 100    100 … 100   20 ×  ≥ 50 ×: MISSED
    revive: 2014   2000 ms  1500 … 2500  1000 … 3000"
  `);
});

test("where more is better, the ratio is turned round", async () => {
  const { contest } = recorded([0, 200, 200, 200], [0, 800, 800, 800]);
  expect(await compete({ ...contest, unit: "MB/s" }, 3)).toMatchObject({ ratio: 0.25 });
});
