import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { bootFirmware, chooseAccelerator, detectFeatures, startMachine } from "../../src/index.ts";
import { tellsOfHost } from "../../src/accelerator/choose.ts";
import { bootable, requireQemu, untilCounted } from "../guests/live.ts";

describe("a forced choice is not tried", () => {
  test("by the caller", async () => {
    expect(await chooseAccelerator({ accelerator: "kvm" })).toEqual({
      accelerator: "kvm",
      reason: "the caller asks for kvm",
      evidence: {},
    });
  });

  test("by the environment, which is weaker", async () => {
    vi.stubEnv("WINVM_ACCELERATOR", "tcg");
    expect(await chooseAccelerator()).toMatchObject({
      accelerator: "tcg",
      reason: "WINVM_ACCELERATOR asks for tcg",
    });
    expect(await chooseAccelerator({ accelerator: "kvm" })).toMatchObject({ accelerator: "kvm" });
    vi.unstubAllEnvs();
  });

  test("an unknown name is refused", async () => {
    vi.stubEnv("WINVM_ACCELERATOR", "fast");
    await expect(chooseAccelerator()).rejects.toMatchObject({
      code: "QEMU_ACCELERATOR_UNAVAILABLE",
      hint: "use kvm, tcg or auto",
    });
    vi.unstubAllEnvs();
  });
});

type Outcome = "booted" | "stalled" | "ended";

test.each<["vmx" | "none", Outcome | undefined, Outcome, boolean]>([
  ["vmx", "booted", "stalled", true],
  ["vmx", undefined, "stalled", true],
  ["none", "stalled", "stalled", true],
  ["none", "ended", "stalled", true],
  ["vmx", "ended", "booted", false],
  ["vmx", "stalled", "booted", true],
  ["vmx", "stalled", "stalled", false],
  ["vmx", "stalled", "ended", false],
])("with the flag %s, KVM %s and TCG %s: kept %s", async (cpuFlag, outcome, emulated, kept) => {
  const boot = outcome && { outcome, explanation: "", elapsedMs: 0, log: "" };
  expect(await tellsOfHost({ cpuFlag, boot }, async () => ({ outcome: emulated }))).toBe(kept);
});

describe("a choice by trial", { tags: ["vm"] }, () => {
  beforeEach((context) => requireQemu(context));

  test("firmware boots under TCG, and no process is left", async () => {
    const boot = await bootFirmware(await detectFeatures(), "tcg", { limitMs: 60_000 });
    expect(boot).toMatchObject({ outcome: "booted", log: expect.stringContaining("SeaBIOS") });
  });

  test("what takes too long is stalled, with the firmware's last words", async () => {
    const boot = await bootFirmware(await detectFeatures(), "tcg", { limitMs: 1 });
    expect(boot).toMatchObject({
      outcome: "stalled",
      explanation: expect.stringContaining("within 1 ms"),
    });
  });

  test("a trial that is over keeps no process waiting for its limit", async () => {
    const features = { ...(await detectFeatures()), binary: "/bin/false" };
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    await bootFirmware(features, "tcg", { limitMs: 600_000 });
    const after = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    expect(after).toBeLessThanOrEqual(before);
  });

  test("a QEMU that ends is told by its words", async () => {
    const features = { ...(await detectFeatures()), binary: "/bin/false" };
    expect(await bootFirmware(features, "tcg", { limitMs: 10_000 })).toMatchObject({
      outcome: "ended",
    });
  });

  test("what is chosen works, says why, and is kept", async () => {
    const directory = temporaryDirectory();
    const cacheFile = join(directory, "accelerator.json");
    const choice = await chooseAccelerator({ accelerator: "auto", cacheFile });
    console.log(`chosen: ${choice.accelerator}, because ${choice.reason}`);
    expect(choice.reason).not.toBe("");
    expect(await chooseAccelerator({ accelerator: "auto", cacheFile })).toEqual({
      ...choice,
      evidence: { ...choice.evidence, cached: true },
    });
    // Of another boot of the host, or of another QEMU, it does not count.
    type Cache = { entries: [{ boot: string; qemu: string }] };
    const read = (): Cache => JSON.parse(readFileSync(cacheFile, "utf8")) as Cache;
    const occasions = (): object[] => read().entries.map(({ boot, qemu }) => ({ boot, qemu }));
    const kept = read();
    const [entry] = kept.entries;
    const { boot, qemu } = entry;
    const afterChange = async (change: object): Promise<boolean | undefined> => {
      writeFileSync(cacheFile, JSON.stringify({ ...kept, entries: [{ ...entry, ...change }] }));
      return (await chooseAccelerator({ accelerator: "auto", cacheFile })).evidence.cached;
    };
    expect(await afterChange({ boot: "another boot" })).toBeUndefined();
    expect(occasions()).toEqual([{ boot, qemu }]);
    // Two QEMUs of one host don't take each other's place.
    expect(await afterChange({ qemu: "another QEMU" })).toBeUndefined();
    expect(occasions()).toEqual([
      { boot, qemu: "another QEMU" },
      { boot, qemu },
    ]);

    // Asked to try anew, it does, and keeps what it found.
    const said = `"accelerator":"${choice.accelerator}"`;
    const changed = readFileSync(cacheFile, "utf8").replaceAll(said, '"accelerator":"neither"');
    writeFileSync(cacheFile, changed);
    const choose = () => chooseAccelerator({ accelerator: "auto", cacheFile });
    expect((await choose()).accelerator).toBe("neither");
    const anew = await chooseAccelerator({ accelerator: "auto", cacheFile, anew: true });
    expect(anew.accelerator).toBe(choice.accelerator);
    expect((await choose()).accelerator).toBe(choice.accelerator);

    const { accelerator } = choice;
    const cpu = accelerator === "kvm" ? "host" : "Nehalem";
    await using running = await startMachine(bootable(directory, { accelerator, cpu }));
    await untilCounted(running);
  });

  test("a trial that is cancelled ends its machine", async () => {
    const controller = new AbortController();
    const trial = bootFirmware(await detectFeatures(), "tcg", {
      signal: controller.signal,
      limitMs: 60_000,
    });
    controller.abort();
    await expect(trial).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
  });
});
