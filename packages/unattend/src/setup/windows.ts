import type { Architecture, GuestKind, GuestProfile } from "../catalogue/profile.ts";

/** What decides which commands a Windows knows. */
export interface WindowsVersion {
  /** Build number: 2600 (XP) … 26200 (11 25H2). */
  readonly build: number;
  readonly kind: GuestKind;
  readonly architecture: Architecture;
}

/** First builds of the versions that differ for the set-up (Microsoft, Windows release information). */
export const builds = {
  xp: 2600,
  vista: 6000,
  windows8: 9200,
  windows81: 9600,
  windows10: 10_240,
  /** 10 version 1607 and Server 2016. */
  windows10v1607: 14_393,
  windows11: 22_000,
} as const;

/**
 * The Windows that a profile stands for. Without a build it is the newest that there are media of: what the builds of
 * one version differ in here is registry values, and an older build ignores those that it does not know.
 *
 * @returns undefined for a guest that is no Windows
 */
export function windowsVersion(profile: GuestProfile, build?: number): WindowsVersion | undefined {
  const number = build ?? profile.builds.at(-1)?.number;
  if (profile.setup.firstLogon !== "batch" || number === undefined) return undefined;
  return { build: number, kind: profile.kind, architecture: profile.architecture };
}
