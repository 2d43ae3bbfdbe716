import { listGuests as catalogue } from "@winvm/unattend";

/** A guest as the command line lists it. */
export interface GuestSummary {
  readonly name: string;
  readonly title: string;
}

/** The guests that can be installed, the default first. */
export function listGuests(): readonly GuestSummary[] {
  return catalogue().map(({ name, title }) => ({ name, title }));
}
