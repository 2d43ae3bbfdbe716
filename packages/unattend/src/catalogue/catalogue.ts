import { UnattendError } from "../errors.ts";
import { nearest } from "./nearest.ts";
import type { AnswerMedium, Firmware, GuestProfile } from "./profile.ts";
import { reference } from "./reference.ts";
import { windows11 } from "./windows-11.ts";
import { windows7 } from "./windows-7.ts";

const profiles: readonly GuestProfile[] = [reference, windows7, windows11];

/** All guests of the catalogue, the default first. */
export function listGuests(): readonly GuestProfile[] {
  return profiles;
}

/**
 * The guest of that name. Case, spaces, `-`, `_` and the words `win`, `windows`, `server` do not matter:
 * `11`, `win11` and `Windows 11` are the same.
 *
 * @throws UnattendError `UNATTEND_GUEST_UNKNOWN`: lists the names and, where one is close, says which.
 */
export function findGuest(name: string): GuestProfile {
  const wanted = canonical(name);
  const found = profiles.find((profile) => names(profile).includes(wanted));
  if (found !== undefined) return found;
  const known = profiles.map((profile) => profile.name);
  const close = nearest(wanted, profiles.flatMap(names));
  const suggestion = profiles.find(
    (profile) => close !== undefined && names(profile).includes(close),
  );
  throw new UnattendError({
    code: "UNATTEND_GUEST_UNKNOWN",
    asked: `find the guest '${name}'`,
    happened: `no guest has that name; there are ${known.join(", ")}`,
    hint:
      suggestion === undefined
        ? undefined
        : `the nearest is ${suggestion.name} (${suggestion.title})`,
    data: { name, known, nearest: suggestion?.name },
  });
}

/**
 * What carries the answer file: with UEFI always a CD (packer-plugin-qemu issue 177), with a BIOS what the profile
 * says.
 */
export function answerMedium(
  profile: GuestProfile,
  firmware: Firmware = profile.firmware,
): AnswerMedium {
  return firmware === "uefi" ? "cdrom" : profile.answerMedium;
}

function names(profile: GuestProfile): string[] {
  return [profile.name, ...profile.aliases, profile.title].map(canonical);
}

function canonical(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[\s_-]/g, "")
    .replace(/^(?:microsoft)?win(?:dows)?/, "")
    .replace(/^server/, "");
}
