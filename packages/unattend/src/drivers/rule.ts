import { join, sep } from "node:path";
import type { Fault } from "@winvm/runtime";
import { limits } from "../answer/limits.ts";
import { lineOfText } from "../answer/rules/texts.ts";
import type { GuestProfile } from "../catalogue/profile.ts";
import { isoNameLimits } from "../media/iso/layout.ts";
import { buildTree } from "../media/tree.ts";
import type { DriverFolder, DriverPlace } from "./folder.ts";
import { isForGuest, readInf } from "./inf.ts";
import { placeDrivers } from "./medium.ts";
import type { PlacedDrivers } from "./medium.ts";

/** All that is wrong with drivers for a guest; the profile is that of the architecture asked for. */
export function driversRule(
  { drivers }: { readonly drivers: readonly DriverPlace[] },
  profile: GuestProfile,
): Fault[] {
  if (profile.dialect === "sif") {
    if (drivers.length === 0) return [];
    const value = drivers.map((one) => (typeof one === "string" ? one : one.directory));
    const hint =
      "this Setup reads them from $OEM$ on its own ISO only, which is not winvm's to change, or from a floppy by hand";
    return [{ path: "drivers", expected: "none", value, hint }];
  }
  return [
    ...windowsPathFaults(drivers),
    ...placeDrivers(drivers).flatMap((placed, index, all) => [
      ...folderFaults(placed, profile),
      ...twiceFault(placed, all.slice(0, index)),
    ]),
    ...copyFaults(placeDrivers(drivers)),
  ];
}

function windowsPathFaults(drivers: readonly DriverPlace[]): Fault[] {
  const seen = drivers.map((one) =>
    typeof one === "string" ? one.toLowerCase().replace(/\\+$/, "") : undefined,
  );
  return drivers.flatMap((value, at) => {
    if (typeof value !== "string") return [];
    const path = `drivers[${at}]`;
    const faults = lineOfText(path, value, { maxLength: limits.driverPath, dialect: "xml" });
    if (!/^(?:[A-Za-z]:\\|\\\\[^\\]|%[^%\\]+%(?:\\|$))/.test(value)) {
      faults.push({ path, expected: "an absolute Windows path such as E:\\drivers", value });
    }
    if (/^%configsetroot%/i.test(value)) {
      // Microsoft, Unattend reference, DataImage/InstallFrom/Path: it needs UseConfigurationSet.
      const hint = "there is no configuration set: give the directory of this host";
      faults.push({ path, expected: "no %configsetroot%", value, hint });
    }
    if (seen.indexOf(seen[at]) !== at) {
      const hint = "Setup ends with 0x80070103 where a driver is added twice";
      faults.push({ path, expected: "not named before", value, hint });
    }
    return faults;
  });
}

function folderFaults({ folder, at, place }: PlacedDrivers, profile: GuestProfile): Fault[] {
  return firstOfEach(contentFaults(folder, place, profile)).map((fault) => ({
    path: `drivers[${at}]`,
    ...fault,
  }));
}

/** A tree may have hundreds of links, or of drivers for other Windows: of each kind the first is told, and how many more. */
function firstOfEach(faults: readonly FolderFault[]): FolderFault[] {
  return [...Map.groupBy(faults, ({ expected }) => expected).values()].flatMap(
    ([first, ...more]) => {
      if (first === undefined) return [];
      const count = more.length === 0 ? [] : [`${more.length} more like it`];
      const hint = [...(first.hint === undefined ? [] : [first.hint]), ...count].join("; ");
      return [{ ...first, ...(hint !== "" && { hint }) }];
    },
  );
}

type FolderFault = Omit<Fault, "path">;

function contentFaults(
  folder: DriverFolder,
  place: string,
  profile: GuestProfile,
): readonly FolderFault[] {
  const { directory, files, faults } = folder;
  if (faults.length > 0) return faults;
  const infs = Object.entries(files).filter(([name]) => /\.inf$/i.test(name));
  if (infs.length === 0) {
    const hint =
      "Setup takes a driver's .inf with its .sys and .cat, not an installer: unpack that";
    return [{ expected: "at least one .inf in it", value: directory, hint }];
  }
  return [
    ...nameFaults(folder, place),
    ...infs.flatMap(([name, bytes]) => infFaults(join(directory, name), bytes, profile)),
  ];
}

/** Names that the medium or Windows cannot have. */
function nameFaults({ directory, files }: DriverFolder, place: string): FolderFault[] {
  const paths = Object.keys(files).map((path) => [`${place}/${path}`, path] as const);
  const { faults } = buildTree(Object.fromEntries(paths), isoNameLimits);
  const below = (path: string): string => join(directory, path.slice(place.length + 1));
  const longest = limits.driverPath - "E:\\".length;
  return [
    ...faults.map(({ path, expected, hint }) => ({ expected, value: below(path), hint })),
    ...paths
      .filter(([path]) => path.length > longest)
      .map(([path]) => ({
        expected: `at most ${longest - place.length - 1} UTF-16 units below the directory`,
        value: below(path),
        hint: `on the medium it would be ${path.length + "E:\\".length} units`,
      })),
  ];
}

function infFaults(value: string, bytes: Uint8Array, profile: GuestProfile): FolderFault[] {
  const inf = readInf(bytes);
  if (!inf.driver) {
    const hint = "Setup tries every .inf that it finds: leave out what is none of a driver's";
    return [{ expected: 'an INF with the signature "$WINDOWS NT$"', value, hint }];
  }
  if (isForGuest(inf, profile)) return [];
  const { title, architecture, version } = profile;
  const targets = [...new Set(inf.targets.map((one) => one || "x86"))].join(", ") || "nothing";
  return [
    {
      expected: `a section of models for ${title} on ${architecture} (nt${architecture}.${version})`,
      value,
      hint: `it is for ${targets}: name the directory that is for this Windows, such as viostor/w10/amd64`,
    },
  ];
}

/** A directory that is named again, lies in one that is, or holds one. */
function twiceFault({ folder, at }: PlacedDrivers, earlier: readonly PlacedDrivers[]): Fault[] {
  const same = earlier.find((one) => overlap(folder, one.folder));
  if (same === undefined) return [];
  const hint = `it holds the same as ${same.folder.directory}, and Setup ends with 0x80070103 where a driver is added twice`;
  return [{ path: `drivers[${at}]`, expected: "not named before", value: folder.directory, hint }];
}

/** The same .inf at two places that are none within the other. */
function copyFaults(all: readonly PlacedDrivers[]): Fault[] {
  const known = new Map<string, { readonly name: string; readonly folder: DriverFolder }>();
  return all.flatMap(({ folder, at }) => {
    const infs = Object.entries(folder.files).filter(([path]) => /\.inf$/i.test(path));
    return infs.flatMap(([path, bytes]) => {
      const name = join(folder.directory, path);
      const content = Buffer.from(bytes).toString("latin1");
      const first = known.get(content);
      if (first === undefined) known.set(content, { name, folder });
      const nested =
        first !== undefined && first.folder !== folder && overlap(folder, first.folder);
      if (first === undefined || nested) return [];
      const hint = `it is the same as ${first.name}, and Setup ends with 0x80070103 where a driver is added twice`;
      return [{ path: `drivers[${at}]`, expected: "each driver once", value: name, hint }];
    });
  });
}

function overlap(one: DriverFolder, other: DriverFolder): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

function isWithin({ realPath: inner }: DriverFolder, { realPath: outer }: DriverFolder): boolean {
  return (
    inner !== undefined && outer !== undefined && `${inner}${sep}`.startsWith(`${outer}${sep}`)
  );
}
