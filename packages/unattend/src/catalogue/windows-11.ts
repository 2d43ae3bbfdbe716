import { cygwinCurrent } from "./cygwin-releases.ts";
import type { GuestProfile } from "./profile.ts";
import {
  clientMedia,
  enlightenments,
  evaluationMedia,
  fixedClock,
  GiB,
  modernOobe,
  quietClient,
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
  tpmRange,
  unattendReference,
} from "./sources.ts";

/**
 * Windows 11, started by UEFI. From 24H2 on the CPU needs SSE4.2 and POPCNT, and Setup takes no virtio-scsi driver from
 * the answer file (virtio-win, kvm-guest-drivers-windows issue 1100): hence a disk that it knows.
 */
export const windows11: GuestProfile = {
  name: "11",
  title: "Windows 11",
  aliases: ["eleven"],
  version: "10.0",
  builds: [
    { number: 22000, release: "21H2" },
    { number: 22621, release: "22H2" },
    { number: 22631, release: "23H2" },
    { number: 26100, release: "24H2, LTSC 2024" },
    { number: 26200, release: "25H2" },
  ],
  kind: "client",
  architecture: "amd64",
  architectures: ["amd64"],
  variants: {},
  media: [...clientMedia, evaluationMedia],
  firmware: "uefi",
  firmwares: ["uefi"],
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
    cpus: 2,
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
    oobe: modernOobe,
    specialize: quietClient,
    requirementBypasses: [
      "BypassTPMCheck",
      "BypassSecureBootCheck",
      "BypassRAMCheck",
      "BypassCPUCheck",
      "BypassStorageCheck",
    ],
    editions: [
      {
        name: "Pro",
        id: "Professional",
        imageName: "Windows 11 Pro",
        clientKey: "W269N-WFGWX-YVC9B-4J6C9-T83GX",
      },
      {
        name: "Enterprise",
        id: "Enterprise",
        imageName: "Windows 11 Enterprise",
        clientKey: "NPPR9-FWDCX-D2C8J-H872K-2YT43",
      },
      {
        name: "Enterprise LTSC",
        id: "EnterpriseS",
        imageName: "Windows 11 Enterprise LTSC",
        clientKey: "M7XTQ-FN8P6-TTKYV-9D4CC-J462D",
      },
      {
        name: "IoT Enterprise LTSC",
        id: "IoTEnterpriseS",
        imageName: "Windows 11 IoT Enterprise LTSC",
        clientKey: "KBN8V-HFGQ4-MGXVD-347P6-PDQGT",
      },
    ],
    phases: xmlPhases,
    reboots: 2,
    oobeInternational: false,
    timeZone: "UTC",
  },
  sources: [
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
      source: osinfo("win-11", "BIOS is not supported, 64-bit only"),
    },
    { facts: ["version", "builds", "kind"], source: releaseTables },
    { facts: ["setup.timeZone"], source: "Microsoft, Default Time Zones: UTC" },
    {
      facts: ["media"],
      source:
        "dockur/windows win11x64.xml: on media with several editions the key alone picks one; AutomatedLab issue 582: trial media take none",
    },
    { facts: ["shellProviders"], source: opensshRange },
    { facts: ["hardware.enlightenments"], source: enlightenmentHabit },
    { facts: ["tpm"], source: tpmRange },
    { facts: ["answerMedium"], source: floppyUnderUefi },
    {
      facts: ["setup.oobe", "setup.specialize", "setup.oobeInternational"],
      source: unattendReference,
    },
    {
      facts: ["setup.firstLogon", "setup.shutdownCommand"],
      source: "Microsoft, cmd and shutdown commands",
    },
    {
      facts: ["setup.requirementBypasses"],
      source: "cschneegans/unattend-generator and VirtualBox's unattended templates (CPU, Storage)",
    },
    { facts: ["setup.editions"], source: clientKeys },
    {
      facts: ["smb"],
      source: "Microsoft, SMB security hardening: signing required, guests refused (24H2)",
    },
    {
      facts: ["shell", "shellRoot"],
      source: "Cygwin FAQ: the current version runs on Windows 8.1 and later; setup's default root",
    },
    {
      facts: ["hardware.machine", "hardware.diskBus", "hardware.display"],
      source:
        "dockur/windows src/define.sh; quickemu. AHCI because NVMe cannot be saved (QEMU 7.2, tried)",
    },
    {
      facts: ["hardware.nic"],
      source: e1000eHabit,
      unverified: true,
    },
    {
      facts: ["hardware.cpu"],
      source: "rufus issue 2600: 24H2 needs SSE4.2 and POPCNT, which Nehalem has",
    },
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes", "setup.reboots"],
      source: osinfo("win-11", "two cores, 4 GiB, 64 GiB, installer reboots 2"),
    },
    { facts: ["hardware.rtcBase"], source: "winvm's choice: a fixed clock" },
  ],
};
