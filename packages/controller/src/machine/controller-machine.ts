import { formatFaults } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import type { Machine, MachineMemory, MachineShare } from "@winvm/qemu";
import { CONTROLLER_PORTS } from "../connection/ports.ts";
import { ControllerError } from "../errors.ts";
import type { ControllerImage } from "../image/image.ts";

/** The controller's address on the private network, and its card's. */
export const CONTROLLER_ADDRESS = "192.168.0.2";
export const CONTROLLER_MAC = "52:54:00:12:01:02";
/** All that is needed: kernel 50 MB, its root in RAM 55 MB, Samba, and room for bulk data on its way. */
const MEMORY_BYTES = 256 * 1024 * 1024;

/** What differs from one controller to the next. */
export interface ControllerMachineOptions {
  readonly image: Pick<ControllerImage, "kernel" | "initrd">;
  /** For messages; see `Machine.name`. */
  readonly name: string;
  /** Directory of the switch's socket; without it the card has no cable. */
  readonly socketDirectory?: string | undefined;
  /** Directories for {@link Controller.mountShares}; the tags must be the same at freeze and revival. */
  readonly shares: readonly MachineShare[];
  /**
   * The host's public key as in authorized_keys: `ssh-ed25519 AAAA… comment`. A revived controller knows its own
   * already: empty there.
   */
  readonly publicKey: string;
  /** Uid of the account `winvm`, as which Samba works on files: 1…2³¹−1, never 0. Default 1000. */
  readonly uid?: number | undefined;
  /** The console's log. */
  readonly serialLog?: string | undefined;
  readonly memory: MachineMemory;
  readonly accelerator: Machine["accelerator"];
  readonly machineType: string;
  /** See `Machine.rtcBase`. */
  readonly rtcBase: string;
}

/**
 * The controller as a machine for `startMachine` of `@winvm/qemu`: from memory, one virtio card, the shares,
 * {@link CONTROLLER_PORTS}.
 *
 * @throws {ControllerError} `CONTROLLER_INVALID` with all faults.
 */
export function controllerMachine(options: ControllerMachineOptions): Machine {
  const uid = options.uid ?? 1000;
  const key = publicKeyData(options.publicKey);
  check(options, uid, key);
  return {
    name: options.name,
    machineType: options.machineType,
    cpu: CPU[options.accelerator],
    cpus: 1,
    memoryBytes: MEMORY_BYTES,
    accelerator: options.accelerator,
    firmware: { kind: "bios" },
    kernel: {
      kernel: options.image.kernel,
      initrd: options.image.initrd,
      append: [...KERNEL_OPTIONS, `winvm.uid=${uid}`, `winvm.key=${key ?? ""}`].join(" "),
    },
    disks: [],
    cdroms: [],
    networks: [
      {
        id: "net0",
        model: "virtio-net",
        mac: CONTROLLER_MAC,
        backend:
          options.socketDirectory === undefined
            ? { kind: "none" }
            : { kind: "vde", socketDirectory: options.socketDirectory },
      },
    ],
    ports: CONTROLLER_PORTS,
    shares: options.shares,
    serialLog: options.serialLog,
    display: "none",
    rtcBase: options.rtcBase,
    memory: options.memory,
    lean: true,
    noReboot: true,
  };
}

/**
 * Explicit models: the saved state must not depend on the host. rdrand gives the kernel its random numbers at once. On a
 * processor of AMD Linux sets SS at each switch of tasks (X86_BUG_SYSRET_SS_ATTRS), which elsewhere may be null in the
 * kernel: two sorts of kernel code to an emulator, which would translate most of it twice.
 */
const CPU = { tcg: "Nehalem,+rdrand,vendor=AuthenticAMD", kvm: "Westmere,+rdrand" } as const;

const KERNEL_OPTIONS = [
  "console=ttyS0",
  "quiet",
  // A panic ends the machine, which its owner sees at once.
  "panic=-1",
  // tmpfs would take half of the RAM at most.
  "rootfstype=ramfs",
  "ipv6.disable=1",
  "random.trust_cpu=on",
  // Nothing that isn't ours runs here: what costs time at the start and protects tenants from each other can go.
  "mitigations=off",
  "cryptomgr.notests",
  "lsm=capability",
  "audit=0",
  "psi=0",
  // Checks and erasures on the way of each call.
  "init_on_alloc=0",
  "hardened_usercopy=off",
  "randomize_kstack_offset=off",
  // One library at one address in all programs: an emulator translates it once.
  "norandmaps",
  "no_timer_check",
  "tsc=reliable",
];

function publicKeyData(publicKey: string): string | undefined {
  if (publicKey.trim() === "") return "";
  const [algorithm, data = ""] = publicKey.trim().split(/\s+/);
  return algorithm === "ssh-ed25519" && /^[A-Za-z0-9+/]{60,}={0,2}$/.test(data) ? data : undefined;
}

function check(options: ControllerMachineOptions, uid: number, key: string | undefined): void {
  const faults: Fault[] = [];
  if (!Number.isInteger(uid) || uid < 1 || uid > 0x7fff_ffff)
    faults.push({ path: "uid", expected: "an integer 1…2147483647 (never root)", value: uid });
  if (key === undefined)
    faults.push({
      path: "publicKey",
      expected: "ssh-ed25519 and its base64",
      value: options.publicKey,
    });
  if (key === "" && options.memory.kind !== "private" && options.memory.mode === "save")
    faults.push({ path: "publicKey", expected: "a key, or nobody can log in", value: "" });
  if (faults.length === 0) return;
  throw new ControllerError({
    code: "CONTROLLER_INVALID",
    asked: "describe the controller's machine",
    happened: formatFaults(faults),
    data: { faults },
  });
}
