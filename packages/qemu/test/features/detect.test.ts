import { readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { detectFeatures, resolveMachineType } from "../../src/index.ts";

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
    const directory = temporaryDirectory();
    const binary = join(directory, "qemu");
    const cacheFile = join(directory, "features.json");
    // A stand-in that QEMU's answers are kept for; it can't answer itself.
    writeFileSync(binary, "#!/bin/sh\nexit 3\n");
    await chmod(binary, 0o755);
    const { size, mtimeMs } = statSync(binary);
    const kept = { ...(await detectFeatures()), version: "kept" };
    const stamp = { path: binary, size, mtimeMs };
    const content = { format: "winvm-qemu-features-1", entries: [{ stamp, features: kept }] };
    writeFileSync(cacheFile, JSON.stringify(content));
    expect(await detectFeatures({ binary, cacheFile })).toEqual(kept);

    utimesSync(binary, 1, 1);
    await expect(detectFeatures({ binary, cacheFile })).rejects.toMatchObject({
      code: "QEMU_FEATURES_UNKNOWN",
    });
  });

  test("a damaged cache is no harm, and is made good", async () => {
    const cacheFile = join(temporaryDirectory(), "features.json");
    const wrapper = join(temporaryDirectory(), "qemu");
    const { binary } = await detectFeatures();
    // Another path, so that what this process has learnt already does not count.
    writeFileSync(wrapper, `#!/bin/sh\nexec '${binary}' "$@"\n`);
    await chmod(wrapper, 0o755);
    writeFileSync(cacheFile, "{half");
    const features = await detectFeatures({ binary: wrapper, cacheFile });
    expect(JSON.parse(readFileSync(cacheFile, "utf8"))).toMatchObject({ entries: [{ features }] });
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
});
