import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { runProgram, startProcess } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  connectQmp,
  copyTemplate,
  createOverlay,
  detectFeatures,
  findFirmware,
  freezeTogether,
  pauseTogether,
  startMachine,
  type Machine,
  type QemuFeatures,
  type RunningMachine,
} from "../../src/index.ts";
import { prepareSave } from "../../src/running/save.ts";
import { bootable, countsOf, requireQemu, untilCounted } from "../guests/live.ts";
import { bare } from "../machines.ts";

async function hash(file: string): Promise<string> {
  const digest = createHash("sha256");
  await pipeline(createReadStream(file), digest);
  return digest.digest("hex");
}

describe("save and revive", { tags: ["vm"] }, () => {
  let directory: string;
  let saved: Machine;
  let state: string;
  let ram: string;
  beforeEach((context) => {
    requireQemu(context);
    directory = temporaryDirectory();
    state = join(directory, "state");
    ram = join(directory, "ram");
    saved = bootable(directory, {
      memory: { kind: "template", file: ram, mode: "save" },
      display: "std",
      ports: ["port"],
    });
  });

  /** Starts the machine, lets it count, saves and ends it; gives the last count. */
  async function freeze(features?: QemuFeatures): Promise<number> {
    await using running = await startMachine(saved, {
      stateOut: state,
      features,
      binary: features?.binary,
    });
    await untilCounted(running, 3);
    await running.pause();
    const { bytes } = await running.save();
    expect(bytes).toBeGreaterThan(10_000);
    await running.kill();
    return countsOf(saved).at(-1) ?? -1;
  }

  /** A clone over the frozen disk. */
  async function clone(name: string): Promise<Machine> {
    const file = join(directory, `${name}.qcow2`);
    const backing = { file: saved.disks[0]?.file ?? "", format: "raw" } as const;
    await createOverlay({ file, backing });
    return {
      ...saved,
      name,
      disks: [
        { id: "d0", bus: "ahci", file, format: "qcow2", backing, bootIndex: 0, throwAway: true },
      ],
      serialLog: join(directory, `${name}.log`),
      memory: { kind: "template", file: ram, mode: "revive" },
    };
  }

  test("three clones at once count on from where the template stood, which never changes", async () => {
    const last = await freeze();
    const files = [ram, state, saved.disks[0]?.file ?? ""];
    const before = await Promise.all(files.map(hash));

    await using stack = new AsyncDisposableStack();
    const machines = await Promise.all(["a", "b", "c"].map((name) => clone(name)));
    const clones = await Promise.all(
      machines.map(async (machine) => stack.use(await startMachine(machine, { stateIn: state }))),
    );
    for (const each of clones) {
      expect(await each.status()).toBe("paused");
      // Loaded is not running.
      expect(countsOf(each.machine)).toEqual([]);
    }
    await Promise.all(clones.map((each) => each.resume()));
    for (const each of clones) {
      expect(await each.status()).toBe("running");
      const counted = await untilCounted(each, 5);
      expect(counted.slice(0, 5)).toEqual([1, 2, 3, 4, 5].map((n) => last + n));
      console.log(`revived: loaded ${each.timings.loadedMs} ms after the spawn (three at once)`);
    }
    await stack.disposeAsync();
    expect(await Promise.all(files.map(hash))).toEqual(before);
  });

  test("a clone alone", async () => {
    await freeze();
    const machine = await clone("alone");
    const started = performance.now();
    await using running = await startMachine(machine, { stateIn: state });
    await running.resume();
    const elapsedMs = Math.round(performance.now() - started);
    console.log(`revived: spawn to running in ${elapsedMs} ms`, running.timings);
    await untilCounted(running);
    // A clone can be ended by its guest like any machine.
    expect((await running.stop()).step).toBe("ACPI power button");
  });

  test("a machine goes on in a copy of the template and is saved again; the first stays as it was", async () => {
    const last = await freeze();
    const before = await Promise.all([ram, state].map(hash));
    const copy = join(directory, "copy");
    console.log("copied:", await copyTemplate({ from: ram, to: copy }));
    const again = join(directory, "again");
    const machine: Machine = {
      ...(await clone("further")),
      memory: { kind: "template", file: copy, mode: "continue" },
    };
    {
      await using running = await startMachine(machine, { stateIn: state, stateOut: again });
      await running.resume();
      await untilCounted(running, 2);
      await running.pause();
      await running.save();
      await running.kill();
    }
    const reached = countsOf(machine).at(-1) ?? -1;
    expect(reached).toBeGreaterThanOrEqual(last + 2);
    expect(await Promise.all([ram, state].map(hash))).toEqual(before);

    const revived: Machine = {
      ...machine,
      name: "revived",
      serialLog: join(directory, "revived.log"),
      memory: { kind: "template", file: copy, mode: "revive" },
    };
    await using running = await startMachine(revived, { stateIn: again });
    await running.resume();
    expect((await untilCounted(running))[0]).toBe(reached + 1);
  });

  test("a clone may be of another generation than its state, but not of none", async () => {
    const generationId = "3b1e0c5e-2f4d-4a8b-9c6d-7e8f90a1b2c3";
    saved = { ...saved, generationId: "7f3d9b52-6c1e-4e0a-9d48-2b5a8c7e1f60" };
    await freeze();
    const machine = await clone("generation");
    await using running = await startMachine({ ...machine, generationId }, { stateIn: state });
    await running.resume();
    expect(await running.qmp.executeAny("query-vm-generation-id", {})).toEqual({
      guid: generationId,
    });
    expect(await untilCounted(running)).not.toEqual([]);
    await expect(
      startMachine({ ...(await clone("none")), generationId: undefined }, { stateIn: state }),
    ).rejects.toMatchObject({ code: "QEMU_REVIVE_FAILED" });
  });

  test("a template that only its owner may read is enough, where QEMU can do that", async (context) => {
    const other = process.env["WINVM_OTHER_QEMU"];
    const binaries = [undefined, ...(other === undefined ? [] : [other])];
    const known = await Promise.all(binaries.map((binary) => detectFeatures({ binary })));
    const features = known.find(({ templateReadOnly }) => templateReadOnly);
    if (features === undefined) {
      return context.skip(
        "this QEMU opens a template for writing: memory-backend-file has no rom=off (WINVM_OTHER_QEMU names a newer one)",
      );
    }
    await freeze(features);
    const machine = await clone("read-only");
    chmodSync(ram, 0o444);
    await using running = await startMachine(machine, {
      stateIn: state,
      features,
      binary: features.binary,
    });
    await running.resume();
    expect(await untilCounted(running)).not.toEqual([]);
  });

  test("a UEFI guest's flash travels with its state", async (context) => {
    const firmware = await findFirmware("uefi").catch(() => context.skip("needs ovmf"));
    const vars = join(directory, "vars.fd");
    copyFileSync(firmware.vars, vars);
    saved = {
      ...saved,
      firmware: { kind: "uefi", code: firmware.code, vars },
      memoryBytes: 128 * 2 ** 20,
    };
    {
      await using running = await startMachine(saved, { stateOut: state });
      await running.pause();
      await running.save();
      await running.kill();
    }
    const machine: Machine = { ...(await clone("uefi")), firmware: saved.firmware };
    await using running = await startMachine(machine, { stateIn: state });
    await running.resume();
    expect(await running.status()).toBe("running");
  });

  test("several machines stop and are saved together", async () => {
    await using stack = new AsyncDisposableStack();
    const pair: RunningMachine[] = [];
    for (const name of ["one", "two"]) {
      const home = join(directory, name);
      mkdirSync(home);
      const machine = bootable(home, {
        name,
        memory: { kind: "template", file: join(home, "ram"), mode: "save" },
      });
      pair.push(stack.use(await startMachine(machine, { stateOut: join(home, "state") })));
    }
    await Promise.all(pair.map((machine) => untilCounted(machine)));
    const before = Date.now();
    const { skewMs, stoppedAtMs, stoppedMs, saves } = await freezeTogether(pair);
    console.log(`frozen together: ${skewMs.toFixed(1)} ms apart, in ${stoppedMs.toFixed(1)} ms`);
    expect(stoppedAtMs).toBeGreaterThanOrEqual(before);
    expect(stoppedMs).toBeGreaterThan(0);
    expect(stoppedAtMs + stoppedMs).toBeLessThanOrEqual(Date.now());
    expect(saves).toHaveLength(2);
    for (const { bytes } of saves) expect(bytes).toBeGreaterThan(10_000);
    expect(await Promise.all(pair.map((machine) => machine.status()))).toEqual([
      "postmigrate",
      "postmigrate",
    ]);
  });

  test.each([
    { name: "at the next moment that fits", toleranceMs: 60_000, stops: 1 },
    { name: "as it is, when every moment is missed", toleranceMs: -1_000, stops: 6 },
  ])("a machine is frozen $name, and goes on from there", async ({ toleranceMs, stops }) => {
    const events: string[] = [];
    const asked: number[] = [];
    const standing: number[] = [];
    {
      await using running = await startMachine(saved, { stateOut: state });
      await untilCounted(running, 3);
      let stoppedAt = 0;
      for (const event of ["STOP", "RESUME"] as const) {
        running.qmp.on(event, ({ timestamp }) => {
          events.push(event);
          const at = timestamp.seconds * 1000 + timestamp.microseconds / 1000;
          if (event === "STOP") stoppedAt = at;
          else standing.push(at - stoppedAt);
        });
      }
      const moment = {
        next(fromMs: number): number {
          // So far ahead that a stop which is counted twice, or not at all, would show.
          asked.push(fromMs + 300);
          return fromMs + 300;
        },
        toleranceMs,
      };
      const { stoppedAtMs, stoodMs } = await freezeTogether([running], { moment });
      // A timer may be early by a millisecond.
      expect(stoppedAtMs - stoodMs).toBeGreaterThanOrEqual((asked.at(-1) ?? Infinity) - 2);
      // What is counted is the host's time, less that in which the machine stood still.
      expect(stoodMs > 0).toBe(stops > 1);
      expect(standing).toHaveLength(stops - 1);
      const sum = standing.reduce((all, one) => all + one, 0);
      expect(stoodMs).toBeGreaterThanOrEqual(Math.floor(sum) - 2 * stops);
      await running.kill();
    }
    expect(asked).toHaveLength(stops);
    expect(events.filter((event) => event === "STOP")).toHaveLength(stops);
    const last = countsOf(saved).at(-1) ?? -1;
    await using revived = await startMachine(await clone("later"), { stateIn: state });
    await revived.resume();
    expect((await untilCounted(revived))[0]).toBe(last + 1);
  });

  test("a wait for the moment ends with its signal, and the machine runs on", async () => {
    await using running = await startMachine(saved, { stateOut: state });
    const moment = { next: (fromMs: number): number => fromMs + 600_000, toleranceMs: 0 };
    const freezing = freezeTogether([running], { moment, signal: AbortSignal.timeout(200) });
    await expect(freezing).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    expect(await running.status()).toBe("running");
  });

  test("when one of several can't be paused, the others run on", async () => {
    await using alive = await startMachine(saved, { stateOut: state });
    await using dead = await startMachine({ ...bare, name: "dead" });
    await dead.kill();
    await expect(pauseTogether([alive, dead])).rejects.toMatchObject({
      code: "QEMU_MACHINE_ENDED",
    });
    expect(await alive.status()).toBe("running");
  });

  describe("what is refused", () => {
    test("a save of a running machine, a second save, a save without a place", async () => {
      await using running = await startMachine(saved, { stateOut: state });
      await expect(running.save()).rejects.toMatchObject({ code: "QEMU_SAVE_NOT_POSSIBLE" });
      await running.pause();
      await running.save();
      await expect(running.save()).rejects.toMatchObject({ code: "QEMU_SAVE_NOT_POSSIBLE" });
      await using other = await startMachine(bare);
      await expect(other.save()).rejects.toMatchObject({ code: "QEMU_SAVE_NOT_POSSIBLE" });
    });

    test.each(["kill", "stop"] as const)(
      "a save that was prepared and is not wanted leaves nothing: %s",
      async (way) => {
        const temporary = join(directory, "t");
        mkdirSync(temporary);
        vi.stubEnv("TMPDIR", temporary);
        onTestFinished(() => void vi.unstubAllEnvs());
        const running = await startMachine(saved, { stateOut: state });
        await Promise.all([running.prepareSave(), running.prepareSave()]);
        expect(readdirSync(temporary)).toHaveLength(1);
        expect(await running.status()).toBe("running");
        await (way === "kill" ? running.kill() : running.stop({ powerButtonGraceMs: 1 }));
        expect(existsSync(state)).toBe(false);
        expect(readdirSync(temporary)).toEqual([]);
      },
    );

    test("a save into a file that another machine has saved to meanwhile, which stays", async () => {
      const home = join(directory, "late");
      mkdirSync(home);
      const late = bootable(home, {
        memory: { kind: "template", file: join(home, "ram"), mode: "save" },
      });
      await using running = await startMachine(late, { stateOut: state });
      await freeze();
      const before = await hash(state);
      await running.pause();
      await expect(running.save()).rejects.toMatchObject({
        code: "QEMU_SAVE_NOT_POSSIBLE",
        message: expect.stringContaining("EEXIST"),
      });
      expect(await hash(state)).toBe(before);
      // With room for it, it can be saved all the same.
      rmSync(state);
      expect((await running.save()).bytes).toBeGreaterThan(10_000);
    });

    test("a machine that something keeps from being saved, by name, and no file is made", async (context) => {
      requirePrograms(context, { "qemu-img": "qemu-utils" });
      // A VDI image is such a thing; our own machines can't have one, so this QEMU is started by hand.
      const image = join(directory, "disk.vdi");
      await runProgram("qemu-img", ["create", "-q", "-f", "vdi", image, "1M"]);
      await using child = await startProcess({
        name: "QEMU",
        file: "qemu-system-x86_64",
        args: [
          ["-nodefaults", "-no-user-config", "-display", "none", "-S", "-machine", "q35"],
          ["-chardev", "socket,id=qmp,fd=3", "-mon", "chardev=qmp,mode=control"],
          ["-blockdev", `driver=file,node-name=f,filename=${image}`],
          ["-blockdev", "driver=vdi,node-name=blocker,file=f"],
        ].flat(),
        channels: 1,
      });
      const [channel] = child.channels;
      if (channel === undefined) throw new Error("no channel");
      await using qmp = await connectQmp(channel);
      await expect(
        prepareSave({ machine: bare, process: child, qmp }, state, {}).then((prepared) =>
          prepared.write({}),
        ),
      ).rejects.toMatchObject({
        code: "QEMU_SAVE_BLOCKED",
        message: expect.stringContaining("vdi"),
        data: { reasons: [expect.stringContaining("blocker")] },
      });
      expect(existsSync(state)).toBe(false);
    });

    test("a state that is cut off: QEMU's words, and no process", async () => {
      await freeze();
      truncateSync(state, 5000);
      await expect(startMachine(await clone("cut"), { stateIn: state })).rejects.toMatchObject({
        code: "QEMU_REVIVE_FAILED",
        message: expect.stringMatching(/QEMU ended with code 1: .*\S/),
      });
    });

    test("a machine other than the one that was saved", async () => {
      await freeze();
      const machine = await clone("other");
      await expect(
        startMachine({ ...machine, ports: [] }, { stateIn: state }),
      ).rejects.toMatchObject({ code: "QEMU_REVIVE_FAILED" });
    });

    test("a template of another size, a state that is none: at once and together", async () => {
      await freeze();
      const machine = await clone("wrong");
      truncateSync(ram, 2 ** 20);
      writeFileSync(state, "this is no state");
      await expect(startMachine(machine, { stateIn: state })).rejects.toMatchObject({
        code: "QEMU_FILES_UNUSABLE",
        data: { faults: [{ path: "memory.file", value: 2 ** 20 }, { path: "stateIn" }] },
      });
    });

    test("a machine that goes on in a template without the state that belongs to it", async () => {
      await freeze();
      const machine: Machine = {
        ...(await clone("lonely")),
        memory: { kind: "template", file: ram, mode: "continue" },
      };
      await expect(startMachine(machine, { stateOut: `${state}.2` })).rejects.toMatchObject({
        code: "QEMU_FILES_UNUSABLE",
        data: { faults: [{ path: "stateIn" }] },
      });
    });

    test("a start that fails leaves no template behind", async () => {
      const machine: Machine = { ...saved, extraDevices: ["no-such-device"] };
      await expect(startMachine(machine, { stateOut: state })).rejects.toMatchObject({
        code: "QEMU_START_FAILED",
        message: expect.stringContaining("no-such-device"),
      });
      expect(readdirSync(directory).toSorted()).toEqual(["disk.raw", "serial.log"]);
    });
  });
});
