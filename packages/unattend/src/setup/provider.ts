import type { GuestProfile, ShellProvider } from "../catalogue/profile.ts";

/** What brings shell and SSH server: what is asked for, or the first that the guest can have. */
export function providerOf(
  profile: GuestProfile,
  { provider }: { readonly provider?: ShellProvider | undefined },
): ShellProvider | undefined {
  return provider ?? profile.shellProviders[0];
}
