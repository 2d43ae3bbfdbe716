import type { RehearsalOrder } from "@winvm/reference-guest";
import { findGuest, type GuestProfile } from "@winvm/unattend";

/** The guest whose installation is played, on hardware on which the reference guest runs. */
export interface PlayedGuest {
  /** As the catalogue has it. */
  readonly guest: GuestProfile;
  /** With what the reference guest needs. */
  readonly profile: GuestProfile;
  readonly order: RehearsalOrder;
  readonly deviations: readonly string[];
}

/** Less than this, and Wine has no room beside the image that is copied. */
const leastMemoryBytes = 1024 ** 3;

/** What is played for a guest of the catalogue as it is on its media (see `guestFor()`), and where that is not what a real installation has. */
export function playedGuest(guest: GuestProfile): PlayedGuest {
  const { cpu, tcgCpu } = findGuest("reference").hardware;
  const { hardware } = guest;
  const memoryBytes = Math.max(hardware.memoryBytes, leastMemoryBytes);
  const deviations = [
    ...(hardware.cpu === cpu
      ? []
      : [`the CPU is ${cpu}, not ${hardware.cpu}: the reference guest is a 64-bit system`]),
    ...(memoryBytes === hardware.memoryBytes
      ? []
      : [`the RAM is ${mib(memoryBytes)}, not ${mib(hardware.memoryBytes)}: Wine needs it`]),
  ];
  return {
    guest,
    profile: { ...guest, hardware: { ...hardware, cpu, tcgCpu, memoryBytes } },
    order: {
      system: { title: guest.title, version: guest.version, kind: guest.kind },
      architecture: guest.architecture,
      restarts: guest.setup.reboots,
    },
    deviations,
  };
}

function mib(bytes: number): string {
  return `${bytes / 1024 ** 2} MiB`;
}
