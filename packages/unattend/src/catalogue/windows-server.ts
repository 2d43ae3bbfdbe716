import { cygwinCurrent } from "./cygwin-releases.ts";
import type { FactSource, GuestEdition, GuestProfile } from "./profile.ts";
import {
  enlightenments,
  evaluationMedia,
  fixedClock,
  GiB,
  serverOobe,
  quietServer,
  serverMedia,
  xmlPhases,
} from "./shared-facts.ts";
import {
  clientKeys,
  e1000eHabit,
  enlightenmentHabit,
  floppyUnderUefi,
  opensshRange,
  osinfo,
  releaseTables,
  setupPlatforms,
  tpmRange,
  unattendReference,
} from "./sources.ts";

/** The four images of a server's media, in the order of preference. */
function editions(year: string, standardKey: string, datacenterKey: string): GuestEdition[] {
  const image = `Windows Server ${year} SERVER`;
  const standard = { id: "ServerStandard", clientKey: standardKey };
  const datacenter = { id: "ServerDatacenter", clientKey: datacenterKey };
  return [
    { name: "Standard", imageName: `${image}STANDARD`, ...standard },
    { name: "Datacenter", imageName: `${image}DATACENTER`, ...datacenter },
    { name: "Standard Core", imageName: `${image}STANDARDCORE`, ...standard },
    { name: "Datacenter Core", imageName: `${image}DATACENTERCORE`, ...datacenter },
  ];
}

function sources(id: string, recommended: string): FactSource[] {
  return [
    { facts: ["version", "builds", "kind"], source: releaseTables },
    {
      facts: ["architecture", "architectures", "variants", "dialect", "setup.phases"],
      source: setupPlatforms,
    },
    { facts: ["tpm"], source: tpmRange },
    { facts: ["answerMedium"], source: floppyUnderUefi },
    {
      facts: ["setup.oobe", "setup.specialize", "setup.oobeInternational"],
      source: `${unattendReference}; packer-windows 2016.xml`,
    },
    {
      facts: ["setup.firstLogon", "setup.shutdownCommand"],
      source: "Microsoft, cmd and shutdown commands",
    },
    {
      facts: ["setup.editions"],
      source: `${clientKeys}; a build log of Server 2025's evaluation ISO`,
    },
    { facts: ["setup.timeZone"], source: "Microsoft, Default Time Zones: UTC" },
    {
      facts: ["setup.reboots"],
      source: "as Windows 10; libosinfo names no number for servers",
      unverified: true,
    },
    {
      facts: ["media"],
      source:
        "VMware's packer-examples issue 896: trial media take no key; one key fits the images with and without a desktop",
    },
    { facts: ["smb"], source: "Microsoft, SMB security hardening: SMB 3.1.1, guests refused" },
    {
      facts: ["shell", "shellRoot"],
      source: "Cygwin FAQ: the current version runs on Windows 8.1 and later; setup's default root",
    },
    { facts: ["shellProviders"], source: opensshRange },
    {
      facts: ["hardware.machine", "hardware.diskBus", "hardware.display"],
      source:
        "dockur/windows src/define.sh; quickemu. AHCI because NVMe cannot be saved (QEMU 7.2, tried)",
    },
    { facts: ["hardware.nic"], source: e1000eHabit, unverified: true },
    { facts: ["hardware.enlightenments"], source: enlightenmentHabit },
    { facts: ["hardware.memoryBytes", "hardware.diskBytes"], source: osinfo(id, recommended) },
    { facts: ["hardware.rtcBase"], source: "winvm's choice: a fixed clock" },
  ];
}

const anyFirmware: FactSource = {
  facts: ["firmware", "firmwares"],
  source: "dockur/windows src/define.sh: 2016 to 2022 start from BIOS and UEFI",
};
const checksNothing: FactSource = {
  facts: ["setup.requirementBypasses"],
  source: "dockur/windows: the Setup of 2016 to 2022 is given no LabConfig",
};
const anyCpu: readonly FactSource[] = [
  {
    facts: ["hardware.cpu"],
    source: "needs NX and SSE2 as Windows 8 does, which Nehalem has",
    unverified: true,
  },
  { facts: ["hardware.cpus"], source: "libosinfo: one core is enough; more do not help under TCG" },
];

/** Windows Server 2016. */
export const windows2016: GuestProfile = {
  name: "2016",
  title: "Windows Server 2016",
  aliases: ["2k16"],
  version: "10.0",
  builds: [{ number: 14393, release: "1607" }],
  kind: "server",
  architecture: "amd64",
  architectures: ["amd64"],
  variants: {},
  media: [...serverMedia, evaluationMedia],
  firmware: "bios",
  firmwares: ["bios", "uefi"],
  tpm: ["bypass", "emulated"],
  dialect: "xml",
  answerMedium: "cdrom",
  smb: "SMB3_11",
  shell: "cygwin",
  shellRoot: "C:\\cygwin64",
  shellProviders: ["cygwin", "win32-openssh"],
  cygwin: [cygwinCurrent],
  hardware: {
    machine: "q35",
    cpu: "Nehalem",
    cpus: 1,
    memoryBytes: 4 * GiB,
    diskBytes: 64 * GiB,
    diskBus: "ahci",
    nic: "e1000e",
    display: "std",
    enlightenments,
    rtcBase: fixedClock,
  },
  setup: {
    firstLogon: "batch",
    shutdownCommand: "shutdown /s /t 5",
    oobe: serverOobe,
    specialize: quietServer,
    requirementBypasses: [],
    editions: editions("2016", "WC2BQ-8NRM3-FDDYY-2BFGV-KHKQY", "CB7KF-BWN84-R7R2Y-793K2-8XDDG"),
    phases: xmlPhases,
    reboots: 2,
    oobeInternational: false,
    timeZone: "UTC",
  },
  sources: [
    ...sources("win-2k16", "2 GiB, 40 GiB recommended, and some for the work"),
    anyFirmware,
    checksNothing,
    ...anyCpu,
  ],
};

/** Windows Server 2019. */
export const windows2019: GuestProfile = {
  ...windows2016,
  name: "2019",
  title: "Windows Server 2019",
  aliases: ["2k19"],
  builds: [{ number: 17763, release: "1809" }],
  setup: {
    ...windows2016.setup,
    editions: editions("2019", "N69G4-B89J2-4G8F4-WWYCC-J464C", "WMDGN-G9PQG-XVVXX-R3X43-63DFG"),
  },
  sources: [
    ...sources("win-2k19", "2 GiB, 40 GiB recommended, and some for the work"),
    anyFirmware,
    checksNothing,
    ...anyCpu,
  ],
};

/** Windows Server 2022. */
export const windows2022: GuestProfile = {
  ...windows2016,
  name: "2022",
  title: "Windows Server 2022",
  aliases: ["2k22"],
  builds: [{ number: 20348, release: "21H2" }],
  setup: {
    ...windows2016.setup,
    editions: editions("2022", "VDYBN-27WPP-V4HQT-9VMD4-VMK7H", "WX4NM-KYWYW-QJJR4-XV3QB-6VM33"),
  },
  sources: [
    ...sources("win-2k22", "2 GiB, 40 GiB recommended, and some for the work"),
    anyFirmware,
    checksNothing,
    ...anyCpu,
  ],
};

/** Windows Server 2025, with the Setup of Windows 11 24H2 and an SSH server of its own. */
export const windows2025: GuestProfile = {
  ...windows2016,
  name: "2025",
  title: "Windows Server 2025",
  aliases: ["2k25"],
  builds: [{ number: 26100, release: "24H2" }],
  firmware: "uefi",
  firmwares: ["uefi"],
  shellProviders: ["cygwin", "win32-openssh", "in-box"],
  hardware: { ...windows2016.hardware, cpus: 2 },
  setup: {
    ...windows2016.setup,
    editions: editions("2025", "TVRH6-WHNXV-R9WG3-9XRFY-MY832", "D764K-2NDRG-47T6Q-P8T8W-YP6DF"),
  },
  sources: [
    ...sources("win-2k25", "4 GiB, 40 GiB recommended, and some for the work"),
    { facts: ["firmware", "firmwares"], source: "quickemu and public build logs: q35 with OVMF" },
    {
      facts: ["setup.requirementBypasses"],
      source: "public build logs install it without LabConfig",
      unverified: true,
    },
    {
      facts: ["hardware.cpu"],
      source: "rufus issue 2600: 24H2 needs SSE4.2 and POPCNT, which Nehalem has",
    },
    { facts: ["hardware.cpus"], source: "as Windows 11, whose Setup it has: two cores" },
  ],
};
