import { cygwinFor, guestFor, listGuests } from "../../src/index.ts";
import type { GuestMedia, GuestProfile } from "../../src/index.ts";

/** A table of docs/guests.md: rows of cells, the heading first. */
export type Table = readonly (readonly string[])[];

/** The tables that docs/guests.md takes from the catalogue, by the names of their places there. */
export function guestTables(): Readonly<Record<string, Table>> {
  const guests = listGuests().flatMap((profile) =>
    profile.architectures.map((architecture) => guestFor(profile, architecture)),
  );
  return {
    bring: [
      ["guest", "Windows", "builds", "media", "product key", "Cygwin", "or instead"],
      ...guests.filter(({ shell }) => shell !== "builtin").map(bringRow),
    ],
    editions: [
      ["guest", "editions, the usual one first"],
      ...listGuests()
        .filter(({ setup }) => setup.editions.length > 0)
        .map(({ name, setup }) => [code(name), list(setup.editions.map((one) => one.name))]),
    ],
    machines: [
      ["guest", "chip set", "firmware", "answers on", "disk", "card", "CPUs", "RAM", "disk size"],
      ...guests.map(machineRow),
    ],
  };
}

/** The first column of the table of what was tried. */
export function guestNames(): readonly string[] {
  return listGuests().flatMap((profile) => profile.architectures.map((one) => named(profile, one)));
}

function bringRow(guest: GuestProfile): readonly string[] {
  const cygwin = cygwinFor(guest);
  const [, ...others] = guest.shellProviders;
  return [
    named(guest, guest.architecture),
    guest.title,
    buildWords(guest.builds.map(({ number }) => number)),
    list(guest.media.map(({ kind }) => kind)),
    keyWords(guest.media),
    cygwin === undefined ? "" : cygwinWords(cygwin.version, cygwin.snapshot),
    list(others.map(code)),
  ];
}

function machineRow(guest: GuestProfile): readonly string[] {
  const { hardware, firmware, firmwares, answerMedium } = guest;
  const other = firmwares.filter((one) => one !== firmware);
  return [
    named(guest, guest.architecture),
    hardware.machine,
    [firmware, ...other.map((one) => `or ${one}`)].join(" "),
    answerWords(answerMedium, firmwares),
    hardware.diskBus,
    hardware.nic,
    String(hardware.cpus),
    `${hardware.memoryBytes / 2 ** 30} GiB`,
    `${hardware.diskBytes / 2 ** 30} GiB`,
  ];
}

function buildWords(builds: readonly number[]): string {
  const [first] = builds;
  const last = builds.at(-1);
  return first === last ? `${first}` : `${first} to ${last}`;
}

function answerWords(medium: GuestProfile["answerMedium"], firmwares: GuestProfile["firmwares"]) {
  if (medium === "cdrom") return "CD";
  return firmwares.includes("uefi") ? "floppy; with UEFI a CD" : "floppy";
}

function keyWords(media: readonly GuestMedia[]): string {
  if (media.some(({ key }) => key === "user")) return "**yours**: `--product-key`";
  const trial = media.some(({ key }) => key === "none") ? "; none for evaluation" : "";
  return `Microsoft's KMS client key${trial}`;
}

function cygwinWords(version: string, snapshot: string): string {
  return snapshot === "current" ? "any mirror of today" : `${version}, ${code(snapshot)}`;
}

function named({ name, architectures }: GuestProfile, architecture: string): string {
  const all = listGuests().find((one) => one.name === name)?.architectures ?? architectures;
  return all.length === 1 ? code(name) : `${code(name)} ${architecture}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function list(items: readonly string[]): string {
  return items.join(", ");
}
