import type { SetupOptions, SetupShare } from "../../src/index.ts";

/** Shares as the exchange package plans them. */
export const shares: readonly SetupShare[] = [
  { tag: "xchg", letter: "X", guestPath: "/tmp/xchg", readOnly: false },
  { tag: "nixstore", letter: "S", guestPath: "/nix/store", readOnly: true },
  { tag: "slot1", letter: "T", guestPath: "/mnt/slot1", readOnly: true },
];

export const setupOptions: SetupOptions = {
  authorizedKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKCpsWPiOYOb3H4E5f321mit test key",
  smb: { user: "winvm", password: "Zb6L8mHd2cbnGz" },
  shares,
  launcher: Buffer.from("MZ launcher"),
};
