import { cygwinXp, cygwinXp64 } from "./cygwin-releases.ts";
import type { FactSource, GuestProfile } from "./profile.ts";
import { fixedClock, GiB, legacy32Cpu, sifMedia, sifPhases } from "./shared-facts.ts";
import { answerFileSearch, enlightenmentHabit, osinfo, sifReference } from "./sources.ts";

/** What XP shares with its 64-bit edition and with 2003. */
export const sifSources: readonly FactSource[] = [
  {
    facts: ["dialect", "setup.phases", "setup.oobe", "setup.specialize", "setup.oobeInternational"],
    source: sifReference,
  },
  {
    facts: ["setup.timeZone"],
    source: `${sifReference}: 090 is Greenwich without daylight saving`,
  },
  {
    facts: ["answerMedium", "firmware", "firmwares"],
    source: `${sifReference}: winnt.sif on a floppy; ${answerFileSearch}`,
  },
  {
    facts: ["media", "setup.editions"],
    source: `dockur/windows src/sif.sh: setupp.ini's Pid tells the kind; Microsoft publishes no key for these`,
  },
  {
    facts: ["setup.firstLogon", "setup.shutdownCommand", "setup.requirementBypasses", "tpm"],
    source: "Microsoft, cmd and shutdown commands; this Setup checks none of what LabConfig is for",
  },
  { facts: ["smb"], source: "Microsoft, Server Message Block overview: SMB 1 up to XP and 2003" },
  {
    facts: ["shell", "shellRoot", "shellProviders"],
    source: "Cygwin, What's new: 2.5.2 is the last version for XP; nothing else covers it",
  },
  {
    facts: ["hardware.machine", "hardware.diskBus"],
    source: "dockur/windows src/legacy.sh: no AHCI driver on the media, PIIX3 IDE is known",
  },
  {
    facts: ["hardware.display"],
    source: "dockur/windows src/legacy.sh and quickemu: -vga std for old Windows",
  },
  { facts: ["hardware.enlightenments"], source: enlightenmentHabit },
  {
    facts: ["hardware.cpus"],
    source: "winvm's choice: one CPU, as its uniprocessor kernel expects",
  },
  { facts: ["hardware.rtcBase"], source: "winvm's choice: a fixed clock" },
];

const setup: GuestProfile["setup"] = {
  firstLogon: "batch",
  shutdownCommand: "shutdown -s -f -t 5",
  oobe: {},
  specialize: {},
  requirementBypasses: [],
  editions: [],
  phases: sifPhases,
  reboots: 2,
  oobeInternational: false,
  timeZone: "90",
};

/** Windows XP, 32-bit. */
export const windowsXp: GuestProfile = {
  name: "xp",
  title: "Windows XP",
  aliases: [],
  version: "5.1",
  builds: [{ number: 2600, release: "RTM to SP3" }],
  kind: "client",
  architecture: "x86",
  architectures: ["x86"],
  variants: {},
  media: sifMedia,
  firmware: "bios",
  firmwares: ["bios"],
  tpm: ["bypass"],
  dialect: "sif",
  answerMedium: "floppy",
  smb: "NT1",
  shell: "cygwin",
  shellRoot: "C:\\cygwin",
  shellProviders: ["cygwin"],
  cygwin: [cygwinXp],
  hardware: {
    machine: "pc",
    cpu: legacy32Cpu,
    cpus: 1,
    memoryBytes: GiB / 2,
    diskBytes: 10 * GiB,
    diskBus: "ide",
    nic: "rtl8139",
    display: "std",
    enlightenments: [],
    rtcBase: fixedClock,
  },
  setup,
  sources: [
    ...sifSources,
    { facts: ["version", "builds", "kind"], source: osinfo("win-xp", "5.1; build 2600") },
    {
      facts: ["architecture", "architectures", "variants"],
      source: "dockur/windows: WIN51IP and WIN51IC are x86, the 64-bit edition is another system",
    },
    {
      facts: ["hardware.nic"],
      source:
        "VirtualBox manual (82543GC and PCnet) and libosinfo (e1000) disagree, hence rtl8139 as in NixOS's Windows VM",
    },
    {
      facts: ["hardware.cpu"],
      source: "dockur/windows src/legacy.sh: nx=off, lm=off for 32-bit guests",
    },
    {
      facts: ["hardware.memoryBytes", "hardware.diskBytes"],
      source: osinfo("win-xp", "512 MiB, 10 GiB recommended"),
    },
    { facts: ["setup.reboots"], source: osinfo("win-xp", "installer reboots 2") },
  ],
};

/** Windows XP Professional x64 Edition: the kernel of 2003. */
export const windowsXp64: GuestProfile = {
  ...windowsXp,
  name: "xp64",
  title: "Windows XP Professional x64",
  aliases: ["xpx64", "xp x64 edition"],
  version: "5.2",
  builds: [{ number: 3790, release: "SP1 and SP2" }],
  architecture: "amd64",
  architectures: ["amd64"],
  shellRoot: "C:\\cygwin64",
  cygwin: [cygwinXp64],
  hardware: { ...windowsXp.hardware, cpu: "Nehalem" },
  sources: [
    ...sifSources,
    { facts: ["version", "builds", "kind"], source: osinfo("win-xp", "x86_64; build 3790") },
    {
      facts: ["architecture", "architectures", "variants"],
      source: "dockur/windows: WIN51AP is XP x64, directory AMD64",
    },
    {
      facts: ["hardware.nic"],
      source: "as for XP x86; whether the 64-bit media hold the driver was not seen",
      unverified: true,
    },
    { facts: ["hardware.cpu"], source: "any 64-bit model; Nehalem can be had under TCG in full" },
    {
      facts: ["hardware.memoryBytes", "hardware.diskBytes"],
      source: osinfo("win-xp", "512 MiB, 10 GiB recommended"),
    },
    { facts: ["setup.reboots"], source: osinfo("win-xp", "installer reboots 2") },
  ],
};
