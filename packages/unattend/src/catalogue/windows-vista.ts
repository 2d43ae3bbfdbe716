import { cygwinLast32, cygwinVista64 } from "./cygwin-releases.ts";
import type { FactSource, GuestProfile } from "./profile.ts";
import {
  clientMedia,
  enlightenments,
  fixedClock,
  GiB,
  legacy32Cpu,
  quiet2008,
  quietVista,
  serverMedia,
  xmlPhases,
} from "./shared-facts.ts";
import {
  answerFileSearch,
  clientKeys,
  enlightenmentHabit,
  osinfo,
  releaseTables,
  setupPlatforms,
  unattendReference,
  vistaNic,
} from "./sources.ts";

const sharedSources: readonly FactSource[] = [
  { facts: ["version", "builds", "kind"], source: releaseTables },
  {
    facts: [
      "architecture",
      "architectures",
      "variants",
      "dialect",
      "firmware",
      "firmwares",
      "setup.phases",
    ],
    source: setupPlatforms,
  },
  { facts: ["answerMedium"], source: answerFileSearch },
  { facts: ["setup.oobe"], source: unattendReference },
  {
    facts: ["setup.specialize", "setup.oobeInternational"],
    source: `dockur/windows winvista*.xml (Security-Licensing-SLC-UX, International-Core again); ${unattendReference}`,
  },
  {
    facts: ["setup.firstLogon", "setup.shutdownCommand", "setup.requirementBypasses", "tpm"],
    source: "Microsoft, cmd and shutdown commands; this Setup checks none of what LabConfig is for",
  },
  { facts: ["setup.timeZone"], source: "Microsoft, Default Time Zones: UTC" },
  {
    facts: ["setup.reboots"],
    source: "as Windows 7 in libosinfo; it names no number for this one",
    unverified: true,
  },
  {
    facts: ["smb"],
    source: "Microsoft, Overview of file sharing using SMB 3: 2008 speaks SMB 2.0",
  },
  {
    facts: ["shell", "shellRoot", "shellProviders"],
    source: "Cygwin, What's new: 3.3 is the last version for Vista; Win32-OpenSSH begins with 7",
  },
  {
    facts: ["hardware.machine", "hardware.diskBus", "hardware.display"],
    source:
      "dockur/windows src/legacy.sh: x86 wants x-pci-hole64-fix=false on q35, so pc with its IDE",
  },
  { facts: ["hardware.nic"], source: vistaNic },
  {
    facts: ["hardware.cpu"],
    source: "dockur/windows src/legacy.sh: nx=off, lm=off for 32-bit guests",
  },
  { facts: ["hardware.enlightenments"], source: enlightenmentHabit },
  { facts: ["hardware.rtcBase"], source: "winvm's choice: a fixed clock" },
];

/** Windows Vista. */
export const windowsVista: GuestProfile = {
  name: "vista",
  title: "Windows Vista",
  aliases: [],
  version: "6.0",
  builds: [
    { number: 6000, release: "RTM" },
    { number: 6001, release: "SP1" },
    { number: 6002, release: "SP2" },
  ],
  kind: "client",
  architecture: "amd64",
  architectures: ["amd64", "x86"],
  variants: {
    x86: { shellRoot: "C:\\cygwin", hardware: { cpu: legacy32Cpu, memoryBytes: GiB } },
  },
  media: clientMedia,
  firmware: "bios",
  firmwares: ["bios"],
  tpm: ["bypass"],
  dialect: "xml",
  answerMedium: "floppy",
  smb: "SMB2_02",
  shell: "cygwin",
  shellRoot: "C:\\cygwin64",
  shellProviders: ["cygwin"],
  cygwin: [cygwinVista64, cygwinLast32],
  hardware: {
    machine: "pc",
    cpu: "Nehalem",
    cpus: 1,
    memoryBytes: 2 * GiB,
    diskBytes: 40 * GiB,
    diskBus: "ide",
    nic: "e1000",
    display: "std",
    enlightenments,
    rtcBase: fixedClock,
  },
  setup: {
    firstLogon: "batch",
    shutdownCommand: "shutdown /s /t 5",
    oobe: { HideEULAPage: "true", NetworkLocation: "Work", ProtectYourPC: "3" },
    specialize: quietVista,
    requirementBypasses: [],
    editions: [
      {
        name: "Business",
        id: "Business",
        imageName: "Windows Vista BUSINESS",
        clientKey: "YFKBB-PQJJV-G996G-VWGXY-2V3X8",
      },
      {
        name: "Enterprise",
        id: "Enterprise",
        imageName: "Windows Vista ENTERPRISE",
        clientKey: "VKK3X-68KWM-X2YGT-QR4M6-4BWMV",
      },
    ],
    phases: xmlPhases,
    reboots: 2,
    oobeInternational: true,
    timeZone: "UTC",
  },
  sources: [
    ...sharedSources,
    { facts: ["setup.editions"], source: clientKeys, unverified: true },
    {
      facts: ["media"],
      source: "retail and volume discs; that retail ones take the client key was not seen",
      unverified: true,
    },
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes"],
      source: osinfo("win-vista", "one core, 1 GiB (x86), 40 GiB recommended"),
    },
  ],
};

/** Windows Server 2008, the server of Vista SP1. */
export const windows2008: GuestProfile = {
  ...windowsVista,
  name: "2008",
  title: "Windows Server 2008",
  aliases: ["2k8"],
  builds: [
    { number: 6001, release: "SP1" },
    { number: 6002, release: "SP2" },
  ],
  kind: "server",
  variants: { x86: { shellRoot: "C:\\cygwin", hardware: { cpu: legacy32Cpu } } },
  media: serverMedia,
  setup: {
    ...windowsVista.setup,
    specialize: quiet2008,
    editions: [
      {
        name: "Standard",
        id: "ServerStandard",
        imageName: "Windows Longhorn SERVERSTANDARD",
        clientKey: "TM24T-X9RMF-VWXK6-X8JC9-BFGM2",
      },
      {
        name: "Enterprise",
        id: "ServerEnterprise",
        imageName: "Windows Longhorn SERVERENTERPRISE",
        clientKey: "YQGMW-MPWTJ-34KDK-48M3W-X4Q6V",
      },
      {
        name: "Standard Core",
        id: "ServerStandard",
        imageName: "Windows Longhorn SERVERSTANDARDCORE",
        clientKey: "TM24T-X9RMF-VWXK6-X8JC9-BFGM2",
      },
    ],
  },
  sources: [
    ...sharedSources,
    { facts: ["setup.editions"], source: clientKeys },
    {
      facts: ["media"],
      source: "retail and volume discs; that retail ones take the client key was not seen",
      unverified: true,
    },
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes"],
      source: osinfo("win-2k8", "one core, 2 GiB, 40 GiB recommended"),
    },
  ],
};
