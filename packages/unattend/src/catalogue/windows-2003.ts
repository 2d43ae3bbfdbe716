import { cygwinXp, cygwinXp64 } from "./cygwin-releases.ts";
import type { GuestProfile } from "./profile.ts";
import { osinfo } from "./sources.ts";
import { sifSources, windowsXp } from "./windows-xp.ts";

/** Windows Server 2003 and 2003 R2, whose first disc is the same. */
export const windows2003: GuestProfile = {
  ...windowsXp,
  name: "2003",
  title: "Windows Server 2003",
  aliases: ["2003r2", "2k3"],
  version: "5.2",
  builds: [{ number: 3790, release: "RTM to SP2" }],
  kind: "server",
  architectures: ["x86", "amd64"],
  variants: { amd64: { shellRoot: "C:\\cygwin64", hardware: { cpu: "Nehalem" } } },
  cygwin: [cygwinXp, cygwinXp64],
  sources: [
    ...sifSources,
    { facts: ["version", "builds", "kind"], source: osinfo("win-2k3", "5.2; build 3790") },
    {
      facts: ["architecture", "architectures", "variants"],
      source:
        "dockur/windows: WIN51IS, IA, IB, IL are x86; WIN51AS, AA, AD are x64, directory AMD64",
    },
    {
      facts: ["hardware.nic"],
      source: "as for XP x86; whether the 64-bit media hold the driver was not seen",
      unverified: true,
    },
    {
      facts: ["hardware.cpu"],
      source: "dockur/windows src/legacy.sh: nx=off, lm=off for 32-bit guests",
    },
    {
      facts: ["hardware.memoryBytes", "hardware.diskBytes"],
      source: osinfo("win-2k3", "at least 512 MiB, 8 GiB recommended (x86_64)"),
    },
    {
      facts: ["setup.reboots"],
      source: "as XP, the same Setup; libosinfo names no number",
      unverified: true,
    },
  ],
};
