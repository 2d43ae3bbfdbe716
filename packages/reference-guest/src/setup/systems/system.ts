/** A Windows, as far as its Setup reads answer files differently from others'. */
export interface SetupSystem {
  /** For people: `Windows 7`. */
  readonly title: string;
  /** Version of the kernel: `5.1` (XP), `5.2` (2003, XP x64), `6.0` … `10.0`. */
  readonly version: string;
  readonly kind: "client" | "server";
}

/** What the reference guest is when it plays no other. */
export const ownSystem: SetupSystem = {
  title: "the reference guest (as Windows 10)",
  version: "10.0",
  kind: "client",
};

/** XP and 2003 read winnt.sif, Vista and later Autounattend.xml. */
export function readsSif({ version }: SetupSystem): boolean {
  return version.startsWith("5.");
}

/** Whether a version is at least another: `10.0` is above `6.3`. */
export function atLeast({ version }: SetupSystem, least: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
