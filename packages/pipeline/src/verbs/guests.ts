import { findGuest, listGuests as catalogue, type Architecture } from "@winvm/unattend";

/** A guest as the command line lists it. */
export interface GuestSummary {
  readonly name: string;
  readonly title: string;
  /** Of its media, the usual one first. */
  readonly architectures: readonly Architecture[];
}

/**
 * The guests that can be installed, the default first; only one of them where a name is given.
 *
 * @throws UnattendError `UNATTEND_GUEST_UNKNOWN`.
 */
export function listGuests(name?: string): readonly GuestSummary[] {
  const found = name === undefined ? catalogue() : [findGuest(name)];
  return found.map(({ name, title, architectures }) => ({ name, title, architectures }));
}
