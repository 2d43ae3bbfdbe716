import type { Firmware, GuestProfile } from "@winvm/unattend";

/** The profile as it is installed with a firmware; one that it can't have is left to the rules of the answer file. */
export function withFirmware(profile: GuestProfile, firmware: Firmware | undefined): GuestProfile {
  if (firmware === undefined || !profile.firmwares.includes(firmware)) return profile;
  return { ...profile, firmware };
}
