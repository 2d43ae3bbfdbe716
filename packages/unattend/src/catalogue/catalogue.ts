import { throwFaults, UnattendError } from "../errors.ts";
import { nearest } from "./nearest.ts";
import type {
  AnswerMedium,
  Architecture,
  CygwinRelease,
  Firmware,
  GuestProfile,
} from "./profile.ts";
import { reference } from "./reference.ts";
import { windows10 } from "./windows-10.ts";
import { windows11 } from "./windows-11.ts";
import { windows2003 } from "./windows-2003.ts";
import { windows2008R2, windows7 } from "./windows-7.ts";
import { windows2012R2, windows81 } from "./windows-8.1.ts";
import { windows2016, windows2019, windows2022, windows2025 } from "./windows-server.ts";
import { windows2008, windowsVista } from "./windows-vista.ts";
import { windowsXp, windowsXp64 } from "./windows-xp.ts";

const profiles: readonly GuestProfile[] = [
  reference,
  windowsXp,
  windowsXp64,
  windows2003,
  windowsVista,
  windows2008,
  windows7,
  windows2008R2,
  windows81,
  windows2012R2,
  windows10,
  windows2016,
  windows2019,
  windows2022,
  windows11,
  windows2025,
];

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
 * The profile as it is on media of one architecture: with the hardware, the firmware and the Cygwin that go with it.
 *
 * @throws UnattendError `UNATTEND_OPTIONS_INVALID`: there are no such media.
 */
export function guestFor(
  profile: GuestProfile,
  architecture: Architecture = profile.architecture,
): GuestProfile {
  if (architecture === profile.architecture) return profile;
  throwFaults(
    "UNATTEND_OPTIONS_INVALID",
    `find ${profile.title} for ${architecture}`,
    profile.architectures.includes(architecture)
      ? []
      : [
          {
            path: "architecture",
            expected: profile.architectures.join(" or "),
            value: architecture,
          },
        ],
  );
  const variant = profile.variants[architecture] ?? {};
  return {
    ...profile,
    ...variant,
    architecture,
    architectures: [architecture],
    variants: {},
    hardware: { ...profile.hardware, ...variant.hardware },
  };
}

/** The Cygwin that runs on the profile's architecture; undefined where the shell is built in. */
export function cygwinFor(profile: GuestProfile): CygwinRelease | undefined {
  return profile.cygwin.find(({ forGuest }) => forGuest === profile.architecture);
}

/**
 * What carries the answer file.
 *
 * Where Setup looks, in its own order (first match counts, at the start of each pass anew):
 *
 * - XP, 2003 (Microsoft, ref.chm): `A:\\winnt.sif` when started from a CD, otherwise `I386\\winnt.sif` of the medium itself.
 * - Vista and later (Microsoft, Windows Setup Automation Overview): the registry's `UnattendFile`; `%WINDIR%\\Panther`; the
 *   roots of removable drives that can be written (a floppy), by drive letter, `Autounattend.xml`; the roots of those
 *   that can't (a CD); `\\Sources` of the medium; the root of the system drive.
 *
 * | guest               | BIOS   | UEFI   |
 * | ------------------- | ------ | ------ |
 * | XP, 2003            | floppy | –      |
 * | Vista to 2012 R2    | floppy | CD     |
 * | 10, 2016 and later  | CD     | CD     |
 *
 * A floppy is found before any CD, so it stays where it is known to work. Under UEFI there is none
 * (packer-plugin-qemu issue 177), and 10 and later have a CD everywhere, as quickemu does it. The CD is the set-up medium, not
 * the installation medium: that one is not changed.
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
