import type { Hardware } from "@winvm/qemu";
import { sameDigest, type FileDigest } from "../store/digest.ts";

/** What a frozen pair needs of its host, or what a host has; what is not known is absent and not compared. */
export interface Fingerprint {
  /** With the package of the distribution where QEMU tells it. */
  readonly qemuVersion?: string | undefined;
  /** SHA-256 of QEMU's binary. Its loadable modules are bound to it by QEMU itself. */
  readonly qemuSha256?: string | undefined;
  readonly accelerator?: "kvm" | "tcg" | undefined;
  /** The maker of the host's processor, for KVM only: an emulated one is the same everywhere. */
  readonly processorVendor?: string | undefined;
  /** Of the account that the controller's file server gives files to; never changes once it is frozen. */
  readonly uid?: number | undefined;
  readonly guest?: Hardware | undefined;
  readonly controller?: Hardware | undefined;
  /** Bytes of each firmware file that QEMU loads. The state brings its content, and that only goes into as much room. */
  readonly firmwareBytes?: Readonly<Record<string, number>> | undefined;
  /** The disk below the state's own. */
  readonly imageDisk?: FileDigest | undefined;
}

/** The first thing in which a host is not as the state needs it. */
export interface Difference {
  /** `QEMU`, `the guest's CPU model`, … */
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  /** Why a state can't be revived across this difference: one sentence. */
  readonly meaning: string;
  /** What helps besides `--rebuild`; absent where nothing does. */
  readonly remedy?: string;
}

type Comparison = (wanted: Fingerprint, found: Fingerprint) => Difference | undefined;

/** From what decides about all the rest to the details. */
const comparisons: readonly Comparison[] = [
  plain(
    "QEMU",
    ({ qemuVersion }) => qemuVersion,
    "the form of a device's saved state changes from version to version, and with a distribution's patches",
    ({ qemuVersion }) => `install QEMU ${qemuVersion ?? ""}`,
  ),
  plain(
    "the QEMU binary (SHA-256)",
    ({ qemuSha256 }) => qemuSha256,
    "it says the same version, but was built from other sources or with other options",
    () => "install the build that froze it",
  ),
  plain(
    "the accelerator",
    ({ accelerator }) => accelerator,
    "the state of processor, clock and interrupts is another thing to each accelerator",
    ({ accelerator }) =>
      accelerator === "kvm" ? "see with `winvm doctor` why KVM is not used" : undefined,
  ),
  plain(
    "a processor by",
    ({ processorVendor }) => processorVendor,
    "with KVM the guest runs on the host's processor, and has adapted itself to its maker's",
  ),
  plain(
    "the user id",
    ({ uid }) => uid?.toString(),
    "the controller's file server works as that user, whom the shared files of another one don't belong to",
    ({ uid }) => `run winvm as the user with the id ${uid ?? ""}`,
  ),
  ...(["guest", "controller"] as const).flatMap((machine) => [
    plain(
      `the ${machine}'s machine type`,
      (print) => print[machine]?.board,
      "the chipset is part of the state",
    ),
    plain(
      `the ${machine}'s CPU model`,
      (print) => print[machine]?.cpu,
      "its system has chosen its code by what the processor can do, and does not ask again",
    ),
    plain(
      `the ${machine}'s processors`,
      (print) => print[machine]?.processors,
      "their number is part of the state",
    ),
    plain(
      `the ${machine}'s memory`,
      (print) => print[machine]?.memory,
      "its size is part of the state",
    ),
    devices(machine),
  ]),
  firmware,
  imageDisk,
];

/** Compares what a state needs with what a host has. Pure; `undefined` where it fits. */
export function firstDifference(wanted: Fingerprint, found: Fingerprint): Difference | undefined {
  for (const compare of comparisons) {
    const difference = compare(wanted, found);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function plain(
  what: string,
  pick: (print: Fingerprint) => string | undefined,
  meaning: string,
  remedy: (wanted: Fingerprint) => string | undefined = () => undefined,
): Comparison {
  return (wantedPrint, foundPrint) => {
    const [wanted, found] = [pick(wantedPrint), pick(foundPrint)];
    if (wanted === undefined || found === undefined || wanted === found) return undefined;
    const told = remedy(wantedPrint);
    return { what, wanted, found, meaning, ...(told === undefined ? {} : { remedy: told }) };
  };
}

function devices(machine: "guest" | "controller"): Comparison {
  return (wantedPrint, foundPrint) => {
    const [wanted, found] = [wantedPrint[machine]?.devices, foundPrint[machine]?.devices];
    if (wanted === undefined || found === undefined) return undefined;
    const length = Math.max(wanted.length, found.length);
    for (let index = 0; index < length; index += 1) {
      if (wanted[index] === found[index]) continue;
      return {
        what: `the ${machine}'s device ${index + 1}`,
        wanted: wanted[index] ?? "(none)",
        found: found[index] ?? "(none)",
        meaning: "every device's state is loaded into the same device at the same place",
      };
    }
    return undefined;
  };
}

function firmware(wantedPrint: Fingerprint, foundPrint: Fingerprint): Difference | undefined {
  const found = foundPrint.firmwareBytes;
  if (found === undefined) return undefined;
  for (const [name, bytes] of Object.entries(wantedPrint.firmwareBytes ?? {})) {
    if (found[name] === bytes) continue;
    return {
      what: `the firmware ${name}`,
      wanted: `of ${bytes} bytes`,
      found: found[name] === undefined ? "(none)" : `of ${found[name]} bytes`,
      meaning: "the state brings the firmware's content, which needs a place of the same size",
    };
  }
  return undefined;
}

function imageDisk(wantedPrint: Fingerprint, foundPrint: Fingerprint): Difference | undefined {
  const [wanted, found] = [wantedPrint.imageDisk, foundPrint.imageDisk];
  if (wanted === undefined || found === undefined || sameDigest(wanted, found)) return undefined;
  return {
    what: "the image's disk",
    wanted: digestText(wanted),
    found: digestText(found),
    meaning:
      "the image was installed anew since, and the frozen system remembers another disk than it would find",
  };
}

function digestText({ sha256, dataSha256 }: FileDigest): string {
  return `(SHA-256 ${sha256 ?? dataSha256 ?? "unknown"})`;
}
