/** Where a share of the controller appears in the guest. */
export interface SharePlace {
  /** The 9p mount tag, and the name of the Samba section. */
  readonly tag: string;
  /** Drive letter without a colon. */
  readonly letter: string;
  /** Where the guest's POSIX side has it. */
  readonly guestPath: string;
}

/** The exchange directory. */
export const exchangePlace: SharePlace = { tag: "xchg", letter: "X", guestPath: "/tmp/xchg" };

/** The Nix store. */
export const nixStorePlace: SharePlace = { tag: "nixstore", letter: "S", guestPath: "/nix/store" };

/** Places for shares that a run names as it likes. */
export const slotPlaces: readonly SharePlace[] = ["T", "U", "V", "W", "Y", "Z"].map(
  (letter, index) => ({
    tag: `slot${index + 1}`,
    letter,
    guestPath: `/mnt/slot${index + 1}`,
  }),
);

/**
 * All places, in the order of their devices. The set is the same in every run, because it is part of what is frozen:
 * so any state can be revived with any shares.
 */
export const sharePlaces: readonly SharePlace[] = [exchangePlace, nixStorePlace, ...slotPlaces];
