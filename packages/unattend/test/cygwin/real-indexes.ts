/** Indexes of the reference data that mirrors and Cygwin's own generator wrote. */
export const realIndexes = {
  of2014: "cygwin-x86_64-setup-20141015.ini",
  overlay: "cygwin-overlay-vonjagdstrumel-20241226-setup.ini",
  calm: "calm-inifile-setup.ini",
  calmMade: "calm-mksetupini-setup.ini",
  calmProcessed: "calm-process_arch-setup.ini",
} as const;
