import type { GuestProfile } from "@winvm/unattend";

/** The generation that every state is saved with, and every clone loaded with that is to be the same. */
export const stateGeneration = "7f3d9b52-6c1e-4e0a-9d48-2b5a8c7e1f60";

/**
 * Whether the guest has a driver for generations of a machine: Windows 8 and Server 2012 were the first (Microsoft, "Virtual
 * machine generation identifier"); an older one would ask for a driver. Linux has it since 5.18, also Debian's. Pure.
 */
export function knowsGenerations({ version }: Pick<GuestProfile, "version">): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 6 || (major === 6 && minor >= 2);
}
