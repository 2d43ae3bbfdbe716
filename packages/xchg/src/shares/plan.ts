import { isAbsolute } from "node:path";
import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../errors.ts";
import { exchangePlace, nixStorePlace, slotPlaces, type SharePlace } from "./places.ts";

/** A directory of the host that a run wants in the guest. */
export interface ShareRequest {
  /** `nixstore`, or a name of the user's: a letter, then letters, digits, `-`, `_`; at most 32 characters. */
  readonly name: string;
  /** An absolute path. */
  readonly directory: string;
  readonly readOnly: boolean;
}

/** A place with what it shows. */
export interface Share extends SharePlace {
  /** What the user calls it; the tag for a slot that is free. */
  readonly name: string;
  readonly directory: string;
  readonly readOnly: boolean;
}

/** The directories that every run has. */
export interface ShareDirectories {
  /** The exchange directory. */
  readonly exchange: string;
  /** An empty directory, for the places that nobody asked for. */
  readonly empty: string;
}

/**
 * Puts the requests into the places: `nixstore` into its own, the others into slots in their order. The places that
 * are left show an empty directory, read-only.
 *
 * @throws XchgError `XCHG_SHARES_INVALID` with all faults.
 */
export function planShares(
  requests: readonly ShareRequest[],
  directories: ShareDirectories,
): readonly Share[] {
  throwFaults("XCHG_SHARES_INVALID", "share directories with the guest", shareFaults(requests));
  const wanted = [...requests];
  const take = (place: SharePlace, request: ShareRequest | undefined): Share =>
    request === undefined
      ? { ...place, name: place.tag, directory: directories.empty, readOnly: true }
      : { ...place, name: request.name, directory: request.directory, readOnly: request.readOnly };
  const store = wanted.findIndex(({ name }) => name === nixStorePlace.tag);
  const forStore = store < 0 ? undefined : wanted.splice(store, 1)[0];
  return [
    { ...exchangePlace, name: exchangePlace.tag, directory: directories.exchange, readOnly: false },
    take(nixStorePlace, forStore),
    ...slotPlaces.map((place, index) => take(place, wanted[index])),
  ];
}

/** All that is wrong with the requests. */
export function shareFaults(requests: readonly ShareRequest[]): readonly Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const [index, { name, directory }] of requests.entries()) {
    const path = `shares[${index}]`;
    if (!/^[A-Za-z][\w-]{0,31}$/.test(name)) {
      const expected = "a letter, then at most 31 letters, digits, dashes or underscores";
      faults.push({ path: `${path}.name`, expected, value: name });
    }
    if (name === exchangePlace.tag || slotPlaces.some(({ tag }) => tag === name)) {
      faults.push({
        path: `${path}.name`,
        expected: "a name that winvm does not use itself",
        value: name,
      });
    }
    if (seen.has(name))
      faults.push({ path: `${path}.name`, expected: "a name given once", value: name });
    seen.add(name);
    if (!isAbsolute(directory) || directory.includes("\0")) {
      faults.push({ path: `${path}.directory`, expected: "an absolute path", value: directory });
    }
  }
  const others = requests.filter(({ name }) => name !== nixStorePlace.tag).length;
  if (others > slotPlaces.length) {
    faults.push({
      path: "shares",
      expected: `at most ${slotPlaces.length} besides nixstore`,
      value: others,
    });
  }
  return faults;
}
