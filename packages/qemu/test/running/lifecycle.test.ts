import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { isProcessAlive, poll, processIdentity, runProgram } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { createOverlay, startMachine, type Machine } from "../../src/index.ts";
import { countingGuest, rebootingGuest } from "../guests/boot-sector.ts";
import { bootable, countsOf, makeDisk, requireQemu, untilCounted } from "../guests/live.ts";
import { bare } from "../machines.ts";

describe("the life of a machine", { tags: ["vm"] }, () => {
  let directory: string;
  beforeEach((context) => {
    requireQemu(context);
    directory = temporaryDirectory();
  });

  test("it is ready when it is returned, pauses, runs on", async () => {
    await using running = await startMachine(bootable(directory));
    expect(await running.status()).toBe("running");
    expect(running.machine.machineType).toMatch(/^pc-q35-\d/);
    await untilCounted(running);
    await running.pause();
    const stood = countsOf(running.machine).length;
    expect(await running.status()).toBe("paused");
    expect(countsOf(running.machine)).toHaveLength(stood);
    await running.resume();
    await untilCounted(running, stood + 1);
  });

  test("it can be made to stand at its first instruction", async () => {
    await using running = await startMachine(bootable(directory), { paused: true });
    expect(await running.status()).toBe("prelaunch");
    await running.resume();
    await untilCounted(running);
  });

  test("a display is shown as PNG, a machine without one says so", async () => {
    await using running = await startMachine(bootable(directory, { display: "std" }));
    await untilCounted(running);
    const file = join(directory, "screen.png");
    await running.screenshot(file);
    const png = readFileSync(file);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([720, 400]);
    await expect(running.screenshot(join(directory, "no/dir.png"))).rejects.toMatchObject({
      code: "QEMU_SCREENSHOT_FAILED",
    });
    await using blind = await startMachine(bare);
    await expect(blind.screenshot(file)).rejects.toMatchObject({ code: "QEMU_SCREENSHOT_FAILED" });
  });

  test("keys arrive, and wrong names are refused", async () => {
    await using running = await startMachine(bootable(directory, { display: "std" }));
    await untilCounted(running);
    await running.sendKeys(["shift-a", "ret", "ctrl-alt-delete"]);
    // The guest leaves its keys to the BIOS, which restarts the machine at these three.
    await running.process.whileAlive(
      "see the reset",
      (signal) =>
        poll(
          "see the reset",
          async () => running.incidents.find(({ event }) => event === "RESET"),
          { intervalMs: 20, signal },
        ),
      { timeoutMs: 20_000 },
    );
    for (const keys of [["Shift"], ["a b"], [""], ["nokey"]]) {
      await expect(running.sendKeys(keys)).rejects.toMatchObject({ code: "QEMU_KEYS_INVALID" });
    }
  });

  describe("its end", () => {
    test.each([undefined, 20_000.5, 2 ** 31])(
      "the power button, which the guest obeys (within %s ms)",
      async (powerButtonGraceMs) => {
        await using running = await startMachine(bootable(directory));
        await untilCounted(running);
        const report = await running.stop({ powerButtonGraceMs });
        expect(report).toMatchObject({ step: "ACPI power button", exit: { code: 0 } });
        expect(await running.exited).toMatchObject({
          exit: { code: 0, signal: null },
          shutdown: { guest: true, reason: "guest-shutdown" },
        });
        // Idempotent: the same report.
        expect(await running.stop()).toBe(report);
        await expect(running.status()).rejects.toMatchObject({ code: "QEMU_MACHINE_ENDED" });
      },
    );

    test("quit, for a guest that does not listen", async () => {
      const deaf = countingGuest({ deaf: true });
      await using running = await startMachine(bootable(directory, {}, deaf));
      await untilCounted(running);
      const report = await running.stop({ powerButtonGraceMs: 200 });
      expect(report.attempts.map(({ name }) => name)).toEqual(["ACPI power button", "quit"]);
      expect((await running.exited).shutdown).toEqual({ guest: false, reason: "host-qmp-quit" });
    });

    test("quit at once, for a guest that is paused", async () => {
      await using running = await startMachine(bare, { paused: true });
      const report = await running.stop();
      expect(report.step).toBe("quit");
      expect(report.attempts[0]?.error).toContain("prelaunch");
    });

    test("SIGTERM, where QMP is gone", async () => {
      await using running = await startMachine(bare);
      await running.qmp.close();
      expect(await running.stop()).toMatchObject({ step: "SIGTERM" });
    });

    test("SIGKILL, where QEMU hangs", async () => {
      await using running = await startMachine(bare);
      process.kill(running.process.pid, "SIGSTOP");
      expect(await running.stop({ powerButtonGraceMs: 100 })).toMatchObject({
        step: "SIGKILL",
        exit: { signal: "SIGKILL" },
      });
      expect((await running.exited).shutdown).toBeUndefined();
    });

    test("kill() cuts short a stop that waits for the guest", async () => {
      await using running = await startMachine(bare);
      const stopping = running.stop({ powerButtonGraceMs: 600_000 });
      const killing = running.kill();
      expect((await stopping).step).toBe("quit");
      expect(await killing).toBe(await stopping);
    });

    test("a guest that restarts ends where it may not", async () => {
      await using running = await startMachine(
        bootable(directory, { noReboot: true }, rebootingGuest()),
      );
      expect(await running.exited).toMatchObject({
        shutdown: { guest: true, reason: "guest-reset" },
      });
    });

    test("killed from outside: no word of a shutdown", async () => {
      await using running = await startMachine(bare);
      process.kill(running.process.pid, "SIGKILL");
      const end = await running.exited;
      expect(end).toMatchObject({ exit: { signal: "SIGKILL" } });
      expect(end.shutdown).toBeUndefined();
    });

    test("a command under way is told of it", async () => {
      await using running = await startMachine(bare);
      process.kill(running.process.pid, "SIGSTOP");
      const asked = running.status();
      process.kill(running.process.pid, "SIGKILL");
      await expect(asked).rejects.toMatchObject({ code: "QEMU_MACHINE_ENDED" });
    });

    test("its owner's: kill -9 leaves no QEMU", async () => {
      const fixture = join(import.meta.dirname, "owner.fixture.ts");
      const owner = spawn(process.execPath, ["--conditions=@winvm/source", fixture], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [line] = (await once(owner.stdout, "data")) as [Buffer];
      const qemu = await processIdentity(Number(line.toString()));
      if (qemu === undefined) throw new Error("QEMU did not start");
      expect(await isProcessAlive(qemu)).toBe(true);
      owner.kill("SIGKILL");
      await poll("see QEMU end", async () => ((await isProcessAlive(qemu)) ? undefined : true), {
        intervalMs: 10,
        timeoutMs: 10_000,
      });
    });
  });

  describe("a start that fails", () => {
    test("files: all faults at once, nothing started", async () => {
      mkdirSync(join(directory, "dir"));
      const machine: Machine = {
        ...bare,
        disks: [
          { id: "a", bus: "ahci", file: join(directory, "gone.raw"), format: "raw" },
          { id: "b", bus: "ahci", file: join(directory, "dir"), format: "raw" },
          { id: "c", bus: "ahci", file: makeDisk(directory), format: "qcow2" },
        ],
        cdroms: [{ id: "cd", file: join(directory, "gone.iso") }],
        shares: [{ tag: "x", directory: makeDisk(directory), readOnly: true }],
        serialLog: join(directory, "no/log"),
        firmware: { kind: "uefi", code: "/nonexistent/code", vars: "/nonexistent/vars" },
      };
      const error = await startMachine(machine, { stateOut: makeDisk(directory) }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: "QEMU_FILES_UNUSABLE" });
      const { faults } = (error as { data: { faults: { path: string }[] } }).data;
      expect(faults.map(({ path }) => path).toSorted()).toEqual([
        "cdroms[0].file",
        "disks[0].file",
        "disks[1].file",
        "disks[2].file",
        "firmware.code",
        "firmware.vars",
        "serialLog",
        "shares[0].directory",
        "stateOut",
      ]);
    });

    test("an image whose backing file is not declared is refused: the guest would read another disk", async () => {
      const file = join(directory, "overlay.qcow2");
      await createOverlay({ file, backing: { file: makeDisk(directory), format: "raw" } });
      const disks = [{ id: "d", bus: "ahci", file, format: "qcow2" }] as const;
      await expect(startMachine({ ...bare, disks })).rejects.toMatchObject({
        code: "QEMU_FILES_UNUSABLE",
        data: { faults: [{ path: "disks[0].backing" }] },
      });
    });

    test("an image that names another file for its data is refused: the guest would write that file", async () => {
      const [file, data] = [join(directory, "image.qcow2"), join(directory, "data")];
      writeFileSync(data, "the host's own");
      const header = `data_file=${data},data_file_raw=on`;
      await runProgram("qemu-img", ["create", "-q", "-f", "qcow2", "-o", header, file, "1M"]);
      const before = readFileSync(data);
      const disks = [{ id: "d", bus: "ahci", file, format: "qcow2" }] as const;
      await expect(startMachine({ ...bare, disks })).rejects.toMatchObject({
        code: "QEMU_FILES_UNUSABLE",
        data: {
          faults: [{ path: "disks[0].file", expected: "a qcow2 image that holds its own data" }],
        },
      });
      expect(readFileSync(data)).toEqual(before);
    });

    test("a disk that another machine writes", async () => {
      const machine = bootable(directory);
      await using first = await startMachine(machine);
      await expect(startMachine({ ...machine, name: "second" })).rejects.toMatchObject({
        code: "QEMU_START_FAILED",
        hint: "end the other machine that uses the disk",
      });
      expect(await first.status()).toBe("running");
    });

    test("a QEMU that is not there", async () => {
      await expect(startMachine(bare, { binary: "no-such-qemu" })).rejects.toMatchObject({
        code: "QEMU_FEATURES_UNKNOWN",
      });
    });

    test("a wait that is cancelled has left nothing when that is told", async () => {
      const controller = new AbortController();
      const file = join(directory, "ram");
      const starting = startMachine(
        { ...bare, memory: { kind: "template", file, mode: "save" } },
        { signal: controller.signal },
      );
      await poll("see the template", async () => (existsSync(file) ? true : undefined), {
        intervalMs: 1,
        timeoutMs: 10_000,
      });
      controller.abort();
      await expect(starting).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
      expect(existsSync(file)).toBe(false);
    });
  });
});
