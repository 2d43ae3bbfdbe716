import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  detectFeatures,
  resolveMachineType,
  type DetectOptions,
  type QemuFeatures,
} from "../../src/index.ts";

/** What this process has learnt already counts for nothing, as in a new one. */
async function inNewProcess(options: DetectOptions): Promise<QemuFeatures> {
  vi.resetModules();
  const fresh = await import("../../src/index.ts");
  return fresh.detectFeatures(options);
}

/** The real QEMU behind a script that notes each start. */
async function countedQemu() {
  const directory = temporaryDirectory();
  const [binary, notes] = [join(directory, "qemu"), join(directory, "starts")];
  const real = (await detectFeatures()).binary;
  writeFileSync(notes, "");
  writeFileSync(binary, `#!/bin/sh\necho start >>'${notes}'\nexec '${real}' "$@"\n`);
  await chmod(binary, 0o755);
  return {
    binary,
    asked: () => readFileSync(notes, "utf8").split("\n").length - 1,
    touch: () => utimesSync(binary, 1, 1),
  };
}

describe("detectFeatures", { tags: ["host"] }, () => {
  beforeEach((context) => requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86" }));

  test("asks the installed QEMU", async () => {
    const features = await detectFeatures();
    expect(features.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(features).toMatchObject({ sandbox: true, ignoreShared: true });
    expect(features.netdevs).toContain("user");
    expect(features.devices).toEqual(expect.arrayContaining(["rtl8139", "virtio-net-pci", "VGA"]));
    expect(resolveMachineType("q35", features)).toMatch(/^pc-q35-\d/);
  });

  test("keeps the answer in a file, until the binary changes", async () => {
    const cacheFile = join(temporaryDirectory(), "features.json");
    const { binary, asked, touch } = await countedQemu();
    const features = await inNewProcess({ binary, cacheFile });
    expect(features.netdevs).toContain("user");
    const times = asked();
    expect(times).toBeGreaterThan(0);
    expect(await inNewProcess({ binary, cacheFile })).toEqual(features);
    expect(asked()).toBe(times);

    touch();
    expect(await inNewProcess({ binary, cacheFile })).toEqual(features);
    expect(asked()).toBe(2 * times);

    // Another file of the same name, size and times.
    copyFileSync(binary, `${binary}.new`);
    renameSync(`${binary}.new`, binary);
    touch();
    expect(await inNewProcess({ binary, cacheFile })).toEqual(features);
    expect(asked()).toBe(3 * times);
  });

  test.each([
    ["half a file", () => "{half"],
    ["another version's", (text: string) => text.replace(/features-\d/, "features-1")],
    ["one that somebody has changed", (text: string) => text.replace('"user"', '"loser"')],
    ["one without its entries", () => '{"format":"winvm-qemu-features-3"}'],
  ])("a damaged cache is no harm, and is made good: %s", async (_name, damage) => {
    const cacheFile = join(temporaryDirectory(), "features.json");
    const { binary, asked } = await countedQemu();
    const features = await inNewProcess({ binary, cacheFile });
    const times = asked();
    const whole = readFileSync(cacheFile, "utf8");
    writeFileSync(cacheFile, damage(whole));
    expect(await inNewProcess({ binary, cacheFile })).toEqual(features);
    expect(asked()).toBe(2 * times);
    expect(readFileSync(cacheFile, "utf8")).toBe(whole);
  });

  test("an accelerator is chosen without starting QEMU to ask it, where the answer is kept", async () => {
    const [cacheFile, featuresCacheFile] = [temporaryDirectory(), temporaryDirectory()].map((one) =>
      join(one, "cache.json"),
    );
    const { binary, asked } = await countedQemu();
    const choose = async () => {
      vi.resetModules();
      const fresh = await import("../../src/index.ts");
      return fresh.chooseAccelerator({
        accelerator: "auto",
        binary,
        cacheFile,
        featuresCacheFile,
      });
    };
    const choice = await choose();
    const times = asked();
    const again = await choose();
    expect(again).toEqual({ ...choice, evidence: { ...choice.evidence, cached: true } });
    expect(asked()).toBe(times);
  });

  test.each([{ size: "1" }, { path: "/no/such/qemu" }])(
    "a script is seen through: that what it starts is another program now counts (%o)",
    async (change) => {
      const cacheFile = join(temporaryDirectory(), "features.json");
      const { binary, asked } = await countedQemu();
      const { executable } = await detectFeatures();
      expect(await inNewProcess({ binary, cacheFile })).toMatchObject({ binary, executable });
      const times = asked();
      const kept = JSON.parse(readFileSync(cacheFile, "utf8")) as { entries: [object] };
      const entries = [{ ...kept.entries[0], executable: { path: executable, ...change } }];
      const sha256 = createHash("sha256").update(JSON.stringify(entries)).digest("hex");
      writeFileSync(cacheFile, JSON.stringify({ ...kept, sha256, entries }));
      await inNewProcess({ binary, cacheFile });
      expect(asked()).toBe(2 * times);
    },
  );

  test("a script that waits for what it starts is what counts", async () => {
    const script = join(temporaryDirectory(), "qemu");
    const { binary } = await detectFeatures();
    writeFileSync(script, `#!/bin/sh\n'${binary}' "$@"\nexit $?\n`, { mode: 0o755 });
    expect(await detectFeatures({ binary: script })).toMatchObject({ executable: script });
  });

  test("a link is followed: two names of one binary are one", async () => {
    const { binary } = await detectFeatures();
    const link = join(temporaryDirectory(), "q");
    symlinkSync(binary, link);
    expect((await detectFeatures({ binary: link })).binary).toBe(binary);
  });

  test("says what is missing", async () => {
    await expect(detectFeatures({ binary: "no-such-qemu" })).rejects.toMatchObject({
      code: "QEMU_FEATURES_UNKNOWN",
      hint: expect.stringContaining("apt install"),
    });
  });

  test("a program that is no QEMU is told by its own words", async () => {
    await expect(detectFeatures({ binary: "/bin/false" })).rejects.toMatchObject({
      code: "QEMU_FEATURES_UNKNOWN",
      happened: expect.stringContaining("code 1"),
    });
  });

  test("of several that wait for one answer each stops by itself only", async () => {
    const { binary, asked } = await countedQemu();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = detectFeatures({ binary, signal: one.signal });
    const second = detectFeatures({ binary, signal: other.signal });
    await expect.poll(asked).toBeGreaterThan(0);
    const times = asked();
    one.abort();
    await expect(first).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    expect((await second).netdevs).toContain("user");
    expect(asked()).toBeLessThanOrEqual(Math.max(times, 2));
  });

  test("when nobody waits any more it ends, and the next one asks anew", async () => {
    const directory = temporaryDirectory();
    const [binary, pids] = [join(directory, "qemu"), join(directory, "pids")];
    const real = (await detectFeatures()).binary;
    writeFileSync(pids, "");
    // Hangs until the file says otherwise.
    writeFileSync(
      binary,
      `#!/bin/sh\n[ -e '${directory}/go' ] && exec '${real}' "$@"\necho $$ >>'${pids}'\nexec sleep 1000\n`,
      { mode: 0o755 },
    );
    const started = (): number[] =>
      readFileSync(pids, "utf8").split("\n").filter(Boolean).map(Number);
    const controller = new AbortController();
    const waiting = detectFeatures({ binary, signal: controller.signal });
    await expect.poll(started).toHaveLength(2);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    await expect(detectFeatures({ binary, timeoutMs: 50 })).rejects.toMatchObject({
      code: "QEMU_FEATURES_UNKNOWN",
    });
    await expect
      .poll(() => started().some((pid) => existsSync(`/proc/${pid}`)), { timeout: 5000 })
      .toBe(false);
    writeFileSync(join(directory, "go"), "");
    expect((await detectFeatures({ binary })).netdevs).toContain("user");
  });
});
