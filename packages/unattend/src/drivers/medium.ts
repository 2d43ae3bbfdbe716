import type { FileMap } from "../media/file-map.ts";
import type { DriverFolder, DriverPlace } from "./folder.ts";

/**
 * Setup looks for this directory in the root of every drive, whatever its letter, and puts each driver below it both into
 * its own memory and into the Windows that it installs (Microsoft KB 2686316, for 7, 2008 R2 and 2012 R2; that Vista and
 * 2008 look there, and that the Setup of 11 24H2 and 2025 takes all that lies there, is unverified). The answer file does
 * not name it: a driver that is added twice ends Setup with 0x80070103 (lkrms/win10-unattended).
 */
const root = "$WinPEDriver$";

/** A directory of drivers and where it goes. */
export interface PlacedDrivers {
  readonly folder: DriverFolder;
  /** Its position in the list that it came from. */
  readonly at: number;
  /** Path on the set-up medium, with `/` between names: `$WinPEDriver$/1`. */
  readonly place: string;
}

/** Where the directories of this host go. Numbers, because virtio-win's are all called amd64. */
export function placeDrivers(drivers: readonly DriverPlace[]): PlacedDrivers[] {
  return drivers
    .flatMap((folder, at) => (typeof folder === "string" ? [] : [{ folder, at }]))
    .map(({ folder, at }, before) => ({ folder, at, place: `${root}/${before + 1}` }));
}

/** The drivers' files on the set-up medium. */
export function driverFiles(drivers: readonly DriverPlace[]): FileMap {
  return Object.fromEntries(
    placeDrivers(drivers).flatMap(({ folder, place }) =>
      Object.entries(folder.files).map(([path, bytes]) => [`${place}/${path}`, bytes]),
    ),
  );
}
