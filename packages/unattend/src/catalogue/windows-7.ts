import { cygwin7, cygwinLast32 } from "./cygwin-releases.ts";
import type { FactSource, GuestProfile } from "./profile.ts";
import {
  clientMedia,
  enlightenments,
  evaluationMedia,
  fixedClock,
  GiB,
  legacy32Cpu,
  quietClient,
  quietServer,
  serverMedia,
  xmlPhases,
} from "./shared-facts.ts";
import {
  answerFileSearch,
  clientKeys,
  enlightenmentHabit,
  opensshRange,
  osinfo,
  releaseTables,
  setupPlatforms,
  triedOnQemu,
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
  {
    facts: ["setup.oobe", "setup.specialize", "setup.oobeInternational"],
    source: unattendReference,
  },
  {
    facts: ["setup.firstLogon", "setup.shutdownCommand", "setup.requirementBypasses", "tpm"],
    source: "Microsoft, cmd and shutdown commands; this Setup checks none of what LabConfig is for",
  },
  { facts: ["setup.editions"], source: clientKeys },
  { facts: ["setup.timeZone"], source: "Microsoft, Default Time Zones: UTC" },
  {
    facts: ["media"],
    source: "retail, volume and trial discs; that retail ones take the client key was not seen",
    unverified: true,
  },
  {
    facts: ["smb"],
    source: "Microsoft, Overview of file sharing using SMB 3: Windows 7 speaks SMB 2.1",
  },
  {
    facts: ["shell", "shellRoot"],
    source:
      "Cygwin, What's new: 3.4 is the last version for Windows 7; setup's default root for x86_64",
  },
  { facts: ["shellProviders"], source: opensshRange },
  {
    facts: ["hardware.machine", "hardware.diskBus", "hardware.display"],
    source:
      "dockur/windows src/define.sh and src/legacy.sh: drivers for AHCI are on the media; x86 would want x-pci-hole64-fix=false on q35, so pc with its IDE",
  },
  { facts: ["hardware.nic"], source: vistaNic },
  { facts: ["hardware.cpu"], source: `a model that TCG can do in full: ${triedOnQemu}` },
  { facts: ["hardware.enlightenments"], source: enlightenmentHabit },
  { facts: ["hardware.rtcBase"], source: "winvm's choice: a fixed clock" },
];

/** Windows 7, started by a BIOS. */
export const windows7: GuestProfile = {
  name: "7",
  title: "Windows 7",
  aliases: ["seven"],
  version: "6.1",
  builds: [
    { number: 7600, release: "RTM" },
    { number: 7601, release: "SP1" },
  ],
  kind: "client",
  architecture: "amd64",
  architectures: ["amd64", "x86"],
  variants: {
    x86: {
      shellRoot: "C:\\cygwin",
      hardware: { machine: "pc", diskBus: "ide", cpu: legacy32Cpu, memoryBytes: GiB },
    },
  },
  media: [...clientMedia, evaluationMedia],
  firmware: "bios",
  firmwares: ["bios"],
  tpm: ["bypass"],
  dialect: "xml",
  answerMedium: "floppy",
  smb: "SMB2_10",
  shell: "cygwin",
  shellRoot: "C:\\cygwin64",
  shellProviders: ["cygwin", "win32-openssh"],
  cygwin: [cygwin7, cygwinLast32],
  hardware: {
    machine: "q35",
    cpu: "Nehalem",
    cpus: 1,
    memoryBytes: 2 * GiB,
    diskBytes: 20 * GiB,
    diskBus: "ahci",
    nic: "e1000",
    display: "std",
    enlightenments,
    rtcBase: fixedClock,
  },
  setup: {
    firstLogon: "batch",
    shutdownCommand: "shutdown /s /t 5",
    oobe: {
      HideEULAPage: "true",
      HideWirelessSetupInOOBE: "true",
      NetworkLocation: "Work",
      ProtectYourPC: "3",
    },
    specialize: quietClient,
    requirementBypasses: [],
    editions: [
      {
        name: "Professional",
        id: "Professional",
        imageName: "Windows 7 PROFESSIONAL",
        clientKey: "FJ82H-XT6CR-J8D7P-XQJJ2-GPDD4",
      },
      {
        name: "Enterprise",
        id: "Enterprise",
        imageName: "Windows 7 ENTERPRISE",
        clientKey: "33PXH-7Y6KF-2VJC9-XBBR8-HVTHH",
      },
    ],
    phases: xmlPhases,
    reboots: 2,
    oobeInternational: false,
    timeZone: "UTC",
  },
  sources: [
    ...sharedSources,
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes", "setup.reboots"],
      source: osinfo("win-7", "one core, 2 GiB (x86: 1 GiB), 20 GiB, installer reboots 2"),
    },
  ],
};

/** Windows Server 2008 R2, the server of Windows 7; 64-bit only. */
export const windows2008R2: GuestProfile = {
  ...windows7,
  name: "2008r2",
  title: "Windows Server 2008 R2",
  aliases: ["2k8r2"],
  kind: "server",
  architectures: ["amd64"],
  variants: {},
  media: [...serverMedia, evaluationMedia],
  cygwin: [cygwin7],
  hardware: { ...windows7.hardware, diskBytes: 40 * GiB },
  setup: {
    ...windows7.setup,
    specialize: quietServer,
    editions: [
      {
        name: "Standard",
        id: "ServerStandard",
        imageName: "Windows Server 2008 R2 SERVERSTANDARD",
        clientKey: "YC6KT-GKW9T-YTKYR-T4X34-R7VHC",
      },
      {
        name: "Enterprise",
        id: "ServerEnterprise",
        imageName: "Windows Server 2008 R2 SERVERENTERPRISE",
        clientKey: "489J6-VHDMP-X63PK-3K798-CPX3Y",
      },
      {
        name: "Standard Core",
        id: "ServerStandard",
        imageName: "Windows Server 2008 R2 SERVERSTANDARDCORE",
        clientKey: "YC6KT-GKW9T-YTKYR-T4X34-R7VHC",
      },
    ],
  },
  sources: [
    ...sharedSources,
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes"],
      source: osinfo("win-2k8r2", "one core, 2 GiB, 40 GiB recommended"),
    },
    {
      facts: ["setup.reboots"],
      source: "as Windows 7; libosinfo names no number for this one",
      unverified: true,
    },
  ],
};
