import type { Architecture } from "@winvm/unattend";
import { findGuest, listGuests as catalogue } from "@winvm/unattend/catalogue";

/** A guest as the command line lists it. */
export interface GuestSummary {
  readonly name: string;
  readonly title: string;
  /** Of its media, the usual one first. */
  readonly architectures: readonly Architecture[];
}

/**
 * The guests that can be installed, the default first; only one of them where its name is given.
 *
 * @throws UnattendError `UNATTEND_GUEST_UNKNOWN`.
 */
export function listGuests(only?: string): readonly GuestSummary[] {
  const found = only === undefined ? catalogue() : [findGuest(only)];
  return found.map(({ name, title, architectures }) => ({ name, title, architectures }));
}
