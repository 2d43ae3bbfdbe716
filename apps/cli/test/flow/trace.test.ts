import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeAll, describe, expect, test } from "vitest";
import { eventsOfTrace, faultsOfTrace, spansOfTrace } from "../trace/read-trace.ts";
import { finish, startWinvm, winvm } from "./winvm.ts";

const minutes = 60_000;
const guest = "QEMU (winvm-reference)";
const controller = "QEMU (winvm-controller)";

describe("winvm run --trace", { tags: ["vm"], timeout: 5 * minutes }, () => {
  beforeAll(async () => {
    expect((await winvm(["suspend", "reference"])).code).toBe(0);
    // What the store keeps of this host is known from here on.
    expect((await winvm(["run", "--no-pool", "--", "true"])).code).toBe(0);
  }, 30 * minutes);

  test("shows all processes and QMP commands of a run, and adds up to the revival that was told", async () => {
    const file = join(temporaryDirectory(), "trace.json");
    const result = await winvm(["run", "--json", "--trace", file, "--", "echo", "here"]);
    expect(result.outcome()).toMatchObject({ kind: "exited", exitCode: 0 });
    const text = readFileSync(file, "utf8");
    expect(faultsOfTrace(text)).toEqual([]);
    const spans = spansOfTrace(text);
    const has = (group: string, names: readonly string[]): void => {
      const found = spans.filter((span) => span.group === group).map(({ name }) => name);
      expect(found, group).toEqual(expect.arrayContaining([...names]));
    };
    has("vde_switch", ["spawn", "until it answers", "vde_switch"]);
    const qmp = ["qmp_capabilities", "migrate-incoming", "cont"];
    has(guest, ["spawn", "until it answers", "load the state", guest, ...qmp]);
    has(controller, ["spawn", "until it answers", "load the state", controller, ...qmp]);
    has("controller", ["mount the shares xchg", "the runner that stands by"]);
    has("winvm", ["start Node", "load winvm", "load the pipeline"]);
    has("winvm", ["open the store, find the state", "suspend", "load what revives a pair"]);
    has("winvm", ["does the state fit this host?", "stage the job", "revive", "end the clone"]);
    // QEMU has been asked what it can do, and the accelerator tried, when the state was made.
    const started = new Set(spans.filter(({ name }) => name === "spawn").map(({ group }) => group));
    expect(started).toEqual(new Set(["vde_switch", guest, controller]));
    const moments = eventsOfTrace(text).filter(({ ph }) => ph === "i");
    expect(moments.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["RESUME", "session resumed", "first byte of the output"]),
    );
    expect(spans.filter(({ args }) => "unfinished" in args)).toEqual([]);

    const told = result.events().find(({ type }) => type === "job:start");
    const reviveMs = Number(told?.["reviveMs"]);
    const named = (name: string): number => {
      const [span] = spans.filter((each) => each.group === "winvm" && each.name === name);
      return (span?.dur ?? Number.NaN) / 1000;
    };
    expect(Math.abs(named("revive") - reviveMs)).toBeLessThan(20);
    const steps = ["start the switch", "load both machines", "start the job"].map(named);
    const sum = steps.reduce((a, b) => a + b);
    expect(sum).toBeLessThanOrEqual(named("revive") + 1);
    // What is left is between the steps: descriptions, the SSH session that goes on.
    expect(sum).toBeGreaterThan(named("revive") * 0.75);
  });

  test("is complete when the run is cancelled", async () => {
    const file = join(temporaryDirectory(), "trace.json");
    const child = startWinvm(["run", "--trace", file, "--", "sh", "-c", "echo here; sleep 100"]);
    child.stdout?.once("data", () => child.kill("SIGINT"));
    expect((await finish(child)).code).toBe(130);
    const text = readFileSync(file, "utf8");
    expect(faultsOfTrace(text)).toEqual([]);
    expect(spansOfTrace(text).map(({ name }) => name)).toContain(guest);
  });
});
