import type { CygwinRelease } from "./profile.ts";

// Versions: Cygwin, What's new in Cygwin (2.6 dropped XP and 2003; 3.4 dropped Vista, 32-bit Windows and WOW64; 3.5
// dropped 7, 8, 2008 R2, 2012). Snapshots: the notes of the Cygwin Time Machine.
const timeMachine = "Cygwin, What's new; Cygwin Time Machine (crouchingtigerhiddenfruitbat), notes";

/** For XP and 2003, 32-bit. */
export const cygwinXp: CygwinRelease = {
  architecture: "x86",
  forGuest: "x86",
  version: "2.5.2",
  snapshot: "2016/08/30/104223",
  setupVersion: "2.874",
  source: timeMachine,
};

/** For XP and 2003, 64-bit. */
export const cygwinXp64: CygwinRelease = {
  architecture: "x86_64",
  forGuest: "amd64",
  version: "2.5.2",
  snapshot: "64bit/2016/08/30/104235",
  setupVersion: "2.874",
  source: timeMachine,
};

/** For Vista and 2008, and for every later 32-bit Windows. */
export const cygwinLast32: CygwinRelease = {
  architecture: "x86",
  forGuest: "x86",
  version: "3.3",
  snapshot: "2022/11/23/063457",
  setupVersion: "2.912",
  source: timeMachine,
};

/** For Vista and 2008, 64-bit. */
export const cygwinVista64: CygwinRelease = {
  architecture: "x86_64",
  forGuest: "amd64",
  version: "3.3",
  snapshot: "64bit/2022/11/23/063529",
  setupVersion: undefined,
  source: timeMachine,
};

/** For 7 and 2008 R2, 64-bit. */
export const cygwin7: CygwinRelease = {
  architecture: "x86_64",
  forGuest: "amd64",
  version: "3.4",
  snapshot: "64bit/2024/01/30/231215",
  setupVersion: "2.926",
  source: timeMachine,
};

/** For 8.1, 2012 R2 and later, 64-bit. */
export const cygwinCurrent: CygwinRelease = {
  architecture: "x86_64",
  forGuest: "amd64",
  version: "current",
  snapshot: "current",
  setupVersion: undefined,
  source: "Cygwin FAQ: the current version runs on Windows 8.1 and later, 64-bit only",
};
