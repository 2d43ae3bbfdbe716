import { formatFaults, type Fault } from "@winvm/runtime";
import { networkDevices } from "../argv/network.ts";
import { QemuError } from "../errors.ts";
import { findMachineType } from "../features/machine-type.ts";
import type { QemuFeatures } from "../features/features.ts";
import { chipsetOf, type Machine } from "./machine.ts";
import { channelRules } from "./rules/channels.ts";
import { diskRules } from "./rules/disks.ts";
import { nonEmptyText, shown, type Rule } from "./rules/rule.ts";

/**
 * All that is wrong with a machine description, in its own order; empty where nothing is. Looks at nothing but its
 * arguments: whether the files exist is for {@link startMachine} to find out.
 */
export function machineFaults(machine: Machine, features: QemuFeatures): readonly Fault[] {
  const chipset = chipsetOf(findMachineType(machine.machineType, features) ?? "") ?? "q35";
  return rules.flatMap((rule) => [...rule({ machine, features, chipset })]);
}

/** @throws {QemuError} `QEMU_MACHINE_INVALID`; `data.faults` has all of them */
export function requireValidMachine(machine: Machine, features: QemuFeatures): void {
  const faults = machineFaults(machine, features);
  if (faults.length === 0) return;
  throw new QemuError({
    code: "QEMU_MACHINE_INVALID",
    asked: `build the machine ${shown(machine.name)}`,
    happened: `its description has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${formatFaults(faults)}`,
    hint: "correct what is named above",
    data: { faults },
  });
}

const identity: Rule = function* ({ machine, features }) {
  if (!/^[A-Za-z0-9][\w.-]{0,47}$/.test(machine.name)) {
    yield {
      path: "name",
      expected: "1 to 48 letters, digits, dots, dashes or underscores",
      value: machine.name,
    };
  }
  if (findMachineType(machine.machineType, features) === undefined) {
    yield {
      path: "machineType",
      expected: `q35, pc or a versioned PC type of QEMU ${features.version}`,
      value: machine.machineType,
    };
  }
  if (!features.sandbox) {
    yield {
      path: "features.sandbox",
      expected: "a QEMU that was built with seccomp",
      value: false,
    };
  }
};

const processor: Rule = function* ({ machine, features }) {
  const { cpu, cpus, accelerator } = machine;
  if (typeof cpu !== "string" || !/^[\w.+=,-]+$/.test(cpu)) {
    yield { path: "cpu", expected: "a CPU model with flags, such as Nehalem", value: cpu };
    return;
  }
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > 64) {
    yield { path: "cpus", expected: "an integer from 1 to 64", value: cpus };
  }
  if (accelerator !== "kvm" && accelerator !== "tcg") {
    yield { path: "accelerator", expected: "kvm or tcg", value: accelerator };
  }
  if (accelerator === "kvm" && !features.kvm) {
    yield { path: "accelerator", expected: "tcg: this QEMU has no KVM built in", value: "kvm" };
  }
  if (accelerator === "tcg" && /^host(?:,|$)/.test(cpu)) {
    yield { path: "cpu", expected: "a named model: `host` needs KVM", value: cpu };
  }
  // Each of them makes QEMU refuse the save, or pins the state to one host. (docs/system/i386/hyperv of QEMU)
  const unsavable = /(?:\+invtsc|invtsc=on|migratable=(?:no|off)|hv-passthrough)/.exec(cpu);
  if (machine.memory.kind === "template" && unsavable !== null) {
    yield {
      path: "cpu",
      expected: `a CPU that can be saved: without ${unsavable[0]}`,
      value: cpu,
    };
  }
};

const memory: Rule = function* ({ machine }) {
  const { memoryBytes } = machine;
  if (!Number.isSafeInteger(memoryBytes) || memoryBytes < 2 ** 20 || memoryBytes % 2 ** 20 !== 0) {
    yield { path: "memoryBytes", expected: "a positive multiple of 1 MiB", value: memoryBytes };
  }
  if (machine.memory.kind === "template") {
    yield* nonEmptyText("memory.file", machine.memory.file, "a path");
  }
};

const start: Rule = function* ({ machine }) {
  const { firmware, kernel, rtcBase } = machine;
  if (firmware.kind === "uefi") {
    yield* nonEmptyText("firmware.code", firmware.code, "a path");
    yield* nonEmptyText("firmware.vars", firmware.vars, "a path");
  }
  if (kernel !== undefined) {
    yield* nonEmptyText("kernel.kernel", kernel.kernel, "a path");
    yield* nonEmptyText("kernel.initrd", kernel.initrd, "a path");
    // The boot protocol's limit on x86 (COMMAND_LINE_SIZE), with the final zero.
    if (kernel.append.includes("\0") || Buffer.byteLength(kernel.append) > 2047) {
      yield { path: "kernel.append", expected: "at most 2047 bytes of text", value: kernel.append };
    }
  }
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?$/;
  if (!iso.test(rtcBase) || Number.isNaN(Date.parse(rtcBase))) {
    yield { path: "rtcBase", expected: "a time such as 2026-01-31T12:00:00", value: rtcBase };
  }
};

const devices: Rule = function* ({ machine, features }) {
  const known = new Set(features.devices);
  for (const [index, { model }] of machine.networks.entries()) {
    const device = networkDevices[model];
    if (!known.has(device)) {
      yield { path: `networks[${index}].model`, expected: "a card that QEMU has", value: model };
    }
  }
  if (machine.networks.some(({ backend }) => backend.kind === "vde")) {
    if (!features.netdevs.includes("vde")) {
      yield { path: "features.netdevs", expected: "a QEMU that was built with vde", value: false };
    }
  }
  for (const name of Object.keys(machine.firmwareConfig ?? {})) {
    // 55 bytes: the size of the field in QEMU's directory of these files (docs/specs/fw_cfg).
    if (/^opt\/[\w.-]+(?:\/[\w.-]+)*$/.test(name) && name.length <= 55) continue;
    yield { path: "firmwareConfig", expected: "names below opt/ of at most 55 bytes", value: name };
  }
  if (machine.tpm !== undefined) {
    yield* nonEmptyText("tpm.socket", machine.tpm.socket, "a path");
    if (!known.has("tpm-crb")) {
      yield { path: "tpm", expected: "a QEMU that was built with tpm-crb", value: machine.tpm };
    }
    // Its state is the emulator's, which no revived machine would find.
    if (machine.memory.kind === "template") {
      yield { path: "tpm", expected: "nothing, in a machine that is saved", value: machine.tpm };
    }
  }
  if (machine.generationId !== undefined) {
    if (!/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(machine.generationId)) {
      yield { path: "generationId", expected: "a UUID", value: machine.generationId };
    }
    if (!known.has("vmgenid")) {
      yield {
        path: "generationId",
        expected: "nothing: this QEMU was built without vmgenid",
        value: machine.generationId,
      };
    }
  }
  for (const [index, device] of (machine.extraDevices ?? []).entries()) {
    yield* nonEmptyText(`extraDevices[${index}]`, device, "the value of a -device option");
  }
  if (machine.memory.kind === "template" && !features.ignoreShared) {
    yield {
      path: "features.ignoreShared",
      expected: "a QEMU with the migration capability x-ignore-shared",
      value: false,
    };
  }
};

const rules: readonly Rule[] = [
  identity,
  processor,
  memory,
  start,
  diskRules,
  channelRules,
  devices,
];
