import { cygwinCurrent, cygwinLast32 } from "./cygwin-releases.ts";
import type { FactSource, GuestProfile } from "./profile.ts";
import {
  enlightenments,
  evaluationMedia,
  fixedClock,
  GiB,
  modernOobe,
  serverOobe,
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
    source: `${setupPlatforms}; 32-bit UEFI is left out, OVMF here is 64-bit`,
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
    source:
      "retail, volume and trial media; libosinfo gives the key in a later pass, so the image is named too: not seen here",
    unverified: true,
  },
  {
    facts: ["smb"],
    source: "Microsoft, Overview of file sharing using SMB 3: Windows 8.1 speaks SMB 3.0.2",
  },
  {
    facts: ["shell", "shellRoot"],
    source: "Cygwin FAQ: the current version runs on Windows 8.1 and later; setup's default root",
  },
  { facts: ["shellProviders"], source: opensshRange },
  {
    facts: ["hardware.machine", "hardware.diskBus", "hardware.display"],
    source: "dockur/windows src/define.sh. AHCI because NVMe cannot be saved (QEMU 7.2, tried)",
  },
  { facts: ["hardware.nic"], source: vistaNic },
  {
    facts: ["hardware.cpu"],
    source: "needs NX and SSE2, which Nehalem has",
    unverified: true,
  },
  { facts: ["hardware.enlightenments"], source: enlightenmentHabit },
  { facts: ["hardware.rtcBase"], source: "winvm's choice: a fixed clock" },
];

/** Windows 8.1. */
export const windows81: GuestProfile = {
  name: "8.1",
  title: "Windows 8.1",
  aliases: ["81"],
  version: "6.3",
  builds: [{ number: 9600, release: "RTM and Update" }],
  kind: "client",
  architecture: "amd64",
  architectures: ["amd64", "x86"],
  variants: { x86: { firmwares: ["bios"], shellRoot: "C:\\cygwin" } },
  media: [
    { kind: "retail", key: "client", image: "choice" },
    { kind: "volume", key: "client", image: "choice" },
    evaluationMedia,
  ],
  firmware: "bios",
  firmwares: ["bios", "uefi"],
  tpm: ["bypass"],
  dialect: "xml",
  answerMedium: "floppy",
  smb: "SMB3_02",
  shell: "cygwin",
  shellRoot: "C:\\cygwin64",
  shellProviders: ["cygwin", "win32-openssh"],
  cygwin: [cygwinCurrent, cygwinLast32],
  hardware: {
    machine: "q35",
    cpu: "Nehalem",
    cpus: 1,
    memoryBytes: 2 * GiB,
    diskBytes: 32 * GiB,
    diskBus: "ahci",
    nic: "e1000",
    display: "std",
    enlightenments,
    rtcBase: fixedClock,
  },
  setup: {
    firstLogon: "batch",
    shutdownCommand: "shutdown /s /t 5",
    oobe: modernOobe,
    specialize: quietClient,
    requirementBypasses: [],
    editions: [
      {
        name: "Pro",
        id: "Professional",
        imageName: "Windows 8.1 Pro",
        clientKey: "GCRJD-8NW9H-F2CDX-CCM8D-9D6T9",
      },
      {
        name: "Enterprise",
        id: "Enterprise",
        imageName: "Windows 8.1 Enterprise",
        clientKey: "MHF9N-XY6XB-WVXMC-BTDCT-MKKG7",
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
      source: osinfo("win-8.1", "one core, 2 GiB, at least 20 GiB, installer reboots 2"),
    },
  ],
};

/** Windows Server 2012 R2, the server of Windows 8.1; 64-bit only. */
export const windows2012R2: GuestProfile = {
  ...windows81,
  name: "2012r2",
  title: "Windows Server 2012 R2",
  aliases: ["2k12r2"],
  kind: "server",
  architectures: ["amd64"],
  variants: {},
  media: [...serverMedia, evaluationMedia],
  cygwin: [cygwinCurrent],
  hardware: { ...windows81.hardware, diskBytes: 40 * GiB },
  setup: {
    ...windows81.setup,
    oobe: serverOobe,
    specialize: quietServer,
    editions: [
      {
        name: "Standard",
        id: "ServerStandard",
        imageName: "Windows Server 2012 R2 SERVERSTANDARD",
        clientKey: "D2N9P-3P6X9-2R39C-7RTCD-MDVJX",
      },
      {
        name: "Datacenter",
        id: "ServerDatacenter",
        imageName: "Windows Server 2012 R2 SERVERDATACENTER",
        clientKey: "W3GGN-FT8W3-Y4M27-J84CP-Q3VJ9",
      },
      {
        name: "Standard Core",
        id: "ServerStandard",
        imageName: "Windows Server 2012 R2 SERVERSTANDARDCORE",
        clientKey: "D2N9P-3P6X9-2R39C-7RTCD-MDVJX",
      },
      {
        name: "Datacenter Core",
        id: "ServerDatacenter",
        imageName: "Windows Server 2012 R2 SERVERDATACENTERCORE",
        clientKey: "W3GGN-FT8W3-Y4M27-J84CP-Q3VJ9",
      },
    ],
  },
  sources: [
    ...sharedSources,
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes"],
      source: osinfo("win-2k12r2", "one core, at least 32 GiB; 2 GiB as 2016"),
    },
    {
      facts: ["setup.reboots"],
      source: "as Windows 8.1; libosinfo names no number for this one",
      unverified: true,
    },
  ],
};
