import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { readHeader } from "../../src/disk/header.ts";
import { checkDisk, compactDisk, createDisk, createOverlay, diskInfo } from "../../src/index.ts";

const mib = 2 ** 20;

/** Writes bytes into an image as a guest would. */
async function write(image: string, pattern: string, format = "qcow2"): Promise<void> {
  await runProgram("qemu-io", ["-f", format, "-c", pattern, image]);
}

/** Runs a shell script in a name space of its own, where it may mount. */
function inside(script: string): string {
  return execFileSync("unshare", ["--user", "--map-root-user", "--mount", "sh", "-ec", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

describe("disks", { tags: ["host"] }, () => {
  let directory: string;
  let file: string;
  beforeEach((context) => {
    requirePrograms(context, { "qemu-img": "qemu-utils", "qemu-io": "qemu-utils" });
    directory = temporaryDirectory();
    file = join(directory, "disk, one.qcow2");
  });

  test("an image that names another file for its data is refused, whatever is in that", async () => {
    const data = join(directory, "data");
    writeFileSync(data, "");
    const create = ["create", "-q", "-f", "qcow2", "-o", `data_file=${data},data_file_raw=on`];
    await runProgram("qemu-img", [...create, file, "1M"]);
    const refused = { code: "QEMU_DISK_INVALID", message: expect.stringContaining("another file") };
    await expect(diskInfo({ file, format: "qcow2" })).rejects.toMatchObject(refused);
    await expect(
      createOverlay({ file: join(directory, "over"), backing: { file, format: "qcow2" } }),
    ).rejects.toMatchObject(refused);
    expect(readdirSync(directory)).not.toContain("over");
  });

  test.for(["qcow2", "raw"] as const)(
    "a new %s disk has its size and takes no space",
    async (format) => {
      await createDisk({ file, format, sizeBytes: 64 * mib });
      const info = await diskInfo({ file, format });
      expect(info).toMatchObject({ format, sizeBytes: 64 * mib, dirty: false });
      expect(info.allocatedBytes).toBeLessThan(mib);
      expect(info.backing).toBeUndefined();
      expect(await checkDisk({ file, format })).toEqual({ sound: true, corruptions: 0, leaks: 0 });
    },
  );

  test("an overlay shows what lies below and leaves it as it is", async () => {
    const base = join(directory, "base.qcow2");
    await createDisk({ file: base, format: "qcow2", sizeBytes: 8 * mib });
    await write(base, "write -P 0x11 0 1M");
    const before = readFileSync(base);
    await createOverlay({ file, backing: { file: base, format: "qcow2" } });
    expect(await diskInfo({ file, format: "qcow2" })).toMatchObject({
      sizeBytes: 8 * mib,
      backing: { file: base, format: "qcow2" },
    });
    await write(file, "read -P 0x11 0 1M");
    await write(file, "write -P 0x22 0 64k");
    expect(readFileSync(base).equals(before)).toBe(true);
  });

  test("an overlay needs nothing of what lies below its backing file", async () => {
    const [lowest, base] = [join(directory, "lowest.qcow2"), join(directory, "base.qcow2")];
    await createDisk({ file: lowest, format: "qcow2", sizeBytes: 8 * mib });
    await createOverlay({ file: base, backing: { file: lowest, format: "qcow2" } });
    rmSync(lowest);
    await createOverlay({ file, backing: { file: base, format: "qcow2" } });
    await expect(readHeader(file)).resolves.toMatchObject({ hasBacking: true, sizeBytes: 8 * mib });
  });

  test("compacting gives back what was freed, and keeps the content", async () => {
    await createDisk({ file, format: "qcow2", sizeBytes: 32 * mib });
    await write(file, "write -P 0x33 0 1M");
    await write(file, "write -P 0x44 8M 8M");
    await write(file, "write -z 8M 8M");
    const report = await compactDisk({ file, format: "qcow2" });
    expect(report.afterBytes).toBeLessThan(report.beforeBytes);
    await write(file, "read -P 0x33 0 1M");
    await write(file, "read -P 0 8M 8M");
    expect(readdirSync(directory)).toEqual(["disk, one.qcow2"]);
  });

  test("a compacted image may be read by whom it could be before", async () => {
    for (const mode of [0o600, 0o664]) {
      await createDisk({ file, format: "qcow2", sizeBytes: mib });
      chmodSync(file, mode);
      await compactDisk({ file, format: "qcow2" });
      expect(statSync(file).mode & 0o777).toBe(mode);
      rmSync(file);
    }
  });

  test("a compacted overlay stays an overlay", async () => {
    const base = join(directory, "base.raw");
    await createDisk({ file: base, format: "raw", sizeBytes: 8 * mib });
    await write(base, "write -P 0x11 0 4M", "raw");
    await createOverlay({ file, backing: { file: base, format: "raw" } });
    await write(file, "write -P 0x22 0 64k");
    await compactDisk({
      file,
      format: "qcow2",
      compress: true,
      backing: { file: base, format: "raw" },
    });
    const info = await diskInfo({ file, format: "qcow2" });
    expect(info.backing).toEqual({ file: base, format: "raw" });
    expect(info.allocatedBytes).toBeLessThan(mib);
    await write(file, "read -P 0x22 0 64k");
    await write(file, "read -P 0x11 64k 1M");
  });

  test("a damaged image is told from a sound one", async () => {
    await createDisk({ file, format: "qcow2", sizeBytes: 8 * mib });
    await write(file, "write -P 0x55 0 1M");
    const bytes = readFileSync(file);
    // The refcount table's first entry (its offset is at byte 48) is pointed into nowhere.
    bytes.writeBigUInt64BE(0x7fff0000n, Number(bytes.readBigUInt64BE(48)));
    writeFileSync(file, bytes);
    const check = await checkDisk({ file, format: "qcow2" }).catch((error: unknown) => error);
    expect(check).toSatisfy(
      (result: { sound?: boolean; code?: string }) =>
        result.sound === false || result.code === "QEMU_DISK_INVALID",
    );
  });

  describe("what is wrong has a code", () => {
    test("a file that exists is never overwritten", async () => {
      writeFileSync(file, "precious");
      await expect(createDisk({ file, format: "raw", sizeBytes: mib })).rejects.toMatchObject({
        code: "QEMU_DISK_EXISTS",
      });
      expect(readFileSync(file, "utf8")).toBe("precious");
    });

    test("of two at the same time one makes it, and it is his", async () => {
      const sizes = [1, 2, 3, 4].map((count) => count * mib);
      const made = await Promise.allSettled(
        sizes.map((sizeBytes) => createDisk({ file, format: "qcow2", sizeBytes })),
      );
      const winners = sizes.filter((_size, index) => made[index]?.status === "fulfilled");
      expect(winners).toHaveLength(1);
      expect(await diskInfo({ file, format: "qcow2" })).toMatchObject({ sizeBytes: winners[0] });
      expect(readdirSync(directory)).toEqual(["disk, one.qcow2"]);
    });

    test("one that fails leaves what another has made meanwhile", async () => {
      const binary = join(directory, "qemu-img");
      const failing = `#!/bin/sh\nuntil [ -e '${file}' ]; do sleep 0.02; done\nexit 1\n`;
      writeFileSync(binary, failing, { mode: 0o755 });
      const late = createDisk({ file, format: "qcow2", sizeBytes: mib, binary });
      await Promise.all([
        expect(late).rejects.toMatchObject({ code: "QEMU_DISK_FAILED" }),
        sleep(100).then(() => createDisk({ file, format: "qcow2", sizeBytes: mib })),
      ]);
      expect(await checkDisk({ file, format: "qcow2" })).toMatchObject({ sound: true });
    });

    test("no directory", async () => {
      const nowhere = join(directory, "no", "disk.qcow2");
      await expect(
        createDisk({ file: nowhere, format: "qcow2", sizeBytes: mib }),
      ).rejects.toMatchObject({ code: "QEMU_DISK_NOT_FOUND" });
    });

    test.for([0, -512, 1000, 1.5, Number.NaN])("a size of %s", async (sizeBytes) => {
      await expect(createDisk({ file, format: "raw", sizeBytes })).rejects.toMatchObject({
        code: "QEMU_DISK_FAILED",
      });
      expect(readdirSync(directory)).toEqual([]);
    });

    test.for(["info", "check", "compact"] as const)(
      "%s of a file that is not there",
      async (verb) => {
        const act = { info: diskInfo, check: checkDisk, compact: compactDisk }[verb];
        await expect(act({ file, format: "qcow2" })).rejects.toMatchObject({
          code: "QEMU_DISK_NOT_FOUND",
        });
      },
    );

    test.for<[string, (file: string) => void]>([
      ["text", (path) => writeFileSync(path, "this is no disk")],
      ["nothing", (path) => writeFileSync(path, "")],
      ["a directory", (path) => mkdirSync(path)],
      ["half a header", (path) => truncateSync(path, 40)],
      // Its tables lie beyond the end.
      ["a header and no more", (path) => truncateSync(path, 512)],
    ])("%s instead of an image", async ([, spoil]) => {
      const whole = join(directory, "whole.qcow2");
      await createDisk({ file: whole, format: "qcow2", sizeBytes: mib });
      if (spoil.toString().includes("truncate")) {
        spoil(whole);
        file = whole;
      } else spoil(file);
      const failures = await Promise.allSettled([
        checkDisk({ file, format: "qcow2" }),
        compactDisk({ file, format: "qcow2" }),
      ]);
      for (const failure of failures) {
        expect(failure).toMatchObject({
          status: "rejected",
          reason: { code: "QEMU_DISK_INVALID" },
        });
      }
    });

    test("an image without its end", async () => {
      await createDisk({ file, format: "qcow2", sizeBytes: 8 * mib });
      await write(file, "write -P 0x77 0 4M");
      truncateSync(file, 2 * mib);
      expect(await checkDisk({ file, format: "qcow2" })).toMatchObject({ sound: false });
      await expect(compactDisk({ file, format: "qcow2" })).rejects.toMatchObject({
        code: "QEMU_DISK_INVALID",
      });
      expect(readdirSync(directory)).toEqual(["disk, one.qcow2"]);
    });

    test("an overlay over what is no image", async () => {
      const base = join(directory, "base.qcow2");
      writeFileSync(base, "text");
      await expect(
        createOverlay({ file, backing: { file: base, format: "qcow2" } }),
      ).rejects.toMatchObject({ code: "QEMU_DISK_INVALID" });
      expect(readdirSync(directory)).toEqual(["base.qcow2"]);
    });

    test("a full file system: nothing half-made is left", async (context) => {
      const mount = `mount -t tmpfs -o size=1m none '${directory}'`;
      try {
        inside(mount);
      } catch {
        context.skip("needs unprivileged user name spaces");
      }
      const script = join(import.meta.dirname, "full-disk.fixture.ts");
      const node = `'${process.execPath}' --conditions=@winvm/source '${script}' '${directory}'`;
      expect(JSON.parse(inside(`${mount}; ${node}`))).toEqual({
        code: "QEMU_DISK_FULL",
        left: ["small.qcow2"],
      });
    });
  });
});
