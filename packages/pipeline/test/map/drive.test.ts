import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { drive, type DriveEffects } from "../../src/map/drive.ts";
import type { SchedulePolicy, Verdict } from "../../src/map/schedule.ts";

const policy: SchedulePolicy = { atMost: 2, revivingAtMost: 2, retries: 1 };

function brokenList(): Promise<undefined> {
  return Promise.reject(new Error("the list is broken"));
}

/** Effects over a list of what comes of each item; what they were called for is in `log`. */
function effectsOf(items: readonly (Verdict | "hang")[]) {
  const log: string[] = [];
  let next = 0;
  const effects: DriveEffects<Verdict | "hang", string> = {
    pull: async () => items[next++],
    weigh: async () => true,
    async run(item, { sequence, attempt }, { signal, onRevived }) {
      log.push(`run ${sequence}.${attempt}`);
      onRevived();
      if (item === "hang") {
        while (!signal.aborted) await sleep(1);
        return { verdict: "cancelled", result: "" };
      }
      return { verdict: item, result: item };
    },
    retried: async ({ sequence }) => void log.push(`retry ${sequence}`),
    finished: async ({ sequence }, { verdict }) => void log.push(`end ${sequence} ${verdict}`),
    skipped: ({ sequence }) => void log.push(`skip ${sequence}`),
  };
  return { log, effects };
}

describe("drive", () => {
  test("runs a list, and machine failures once more", async () => {
    const { log, effects } = effectsOf(["ok", "machineFailed", "failed"]);
    await drive(policy, effects);
    expect(log.filter((line) => line.startsWith("end")).toSorted()).toEqual([
      "end 1 ok",
      "end 2 machineFailed",
      "end 3 failed",
    ]);
    expect(log.filter((line) => line.startsWith("run 2"))).toEqual(["run 2.1", "run 2.2"]);
    expect(log).toContain("retry 2");
  });

  test("fail-fast ends what runs", async () => {
    const { log, effects } = effectsOf(["hang", "failed", "ok"]);
    await drive({ ...policy, failFast: "now" }, effects);
    expect(log).toContain("end 1 cancelled");
    expect(log).not.toContain("run 3.1");
  });

  test("a cancel ends it though its list never answers", async () => {
    const { log, effects } = effectsOf(["hang"]);
    let asked = 0;
    const pull = (): Promise<"hang" | undefined> =>
      asked++ === 0 ? Promise.resolve("hang" as const) : new Promise<never>(() => {});
    const abort = new AbortController();
    const over = drive(policy, { ...effects, pull }, abort.signal);
    await sleep(20);
    abort.abort();
    await over;
    expect(log).toEqual(["run 1.1", "end 1 cancelled"]);
  });

  test("an effect that fails ends everything, and is told", async () => {
    const { log, effects } = effectsOf(["hang", "ok"]);
    const finished = async ({ sequence }: { sequence: number }): Promise<void> => {
      log.push(`end ${sequence}`);
      if (sequence === 2) throw new Error("no room for the output");
    };
    await expect(drive(policy, { ...effects, finished })).rejects.toThrow("no room for the output");
    expect(log).toContain("end 1");
    const broken = effectsOf([]);
    const effectsWithout = { ...broken.effects, pull: brokenList };
    await expect(drive(policy, effectsWithout)).rejects.toThrow("the list is broken");
  });

  test("waits while memory is short, and looks again when one has ended", async () => {
    const { log, effects } = effectsOf(["ok", "ok", "ok"]);
    let alive = 0;
    let most = 0;
    const run: typeof effects.run = async (...args) => {
      most = Math.max(most, ++alive);
      await sleep(5);
      alive -= 1;
      return effects.run(...args);
    };
    await drive(policy, { ...effects, run, weigh: async () => false });
    expect(most).toBe(1);
    expect(log.filter((line) => line.startsWith("end"))).toHaveLength(3);
  });
});
