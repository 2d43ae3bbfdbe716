import type { GuestProfile } from "./profile.ts";
import { clientKeys, floppyUnderUefi, unattendReference } from "./sources.ts";

const GiB = 1024 ** 3;

/** Windows 11, 64-bit, started by UEFI. */
export const windows11: GuestProfile = {
  name: "11",
  title: "Windows 11",
  aliases: ["eleven"],
  architecture: "amd64",
  firmware: "uefi",
  firmwares: ["uefi"],
  dialect: "xml",
  answerMedium: "cdrom",
  smb: "SMB3_11",
  shell: "cygwin",
  shellRoot: "C:\\cygwin64",
  hardware: {
    machine: "q35",
    cpu: "Nehalem",
    cpus: 2,
    memoryBytes: 4 * GiB,
    diskBytes: 64 * GiB,
    diskBus: "ahci",
    nic: "e1000e",
    display: "std",
    rtcBase: "2026-01-01T00:00:00",
  },
  setup: {
    firstLogon: "batch",
    shutdownCommand: "shutdown /s /t 5",
    oobe: {
      HideEULAPage: "true",
      HideLocalAccountScreen: "true",
      HideOEMRegistrationScreen: "true",
      HideOnlineAccountScreens: "true",
      HideWirelessSetupInOOBE: "true",
      ProtectYourPC: "3",
    },
    specialize: {
      "Microsoft-Windows-ErrorReportingCore": { DisableWER: "1" },
      "Microsoft-Windows-Security-SPP-UX": { SkipAutoActivation: "true" },
      "Microsoft-Windows-SQMApi": { CEIPEnabled: "0" },
      "Microsoft-Windows-SystemRestore-Main": { DisableSR: "1" },
      "Networking-MPSSVC-Svc": {
        DomainProfile_EnableFirewall: "false",
        PrivateProfile_EnableFirewall: "false",
        PublicProfile_EnableFirewall: "false",
      },
    },
    requirementBypasses: [
      "BypassTPMCheck",
      "BypassSecureBootCheck",
      "BypassRAMCheck",
      "BypassCPUCheck",
      "BypassStorageCheck",
    ],
    editions: [
      { name: "Pro", imageName: "Windows 11 Pro", clientKey: "W269N-WFGWX-YVC9B-4J6C9-T83GX" },
      {
        name: "Enterprise",
        imageName: "Windows 11 Enterprise",
        clientKey: "NPPR9-FWDCX-D2C8J-H872K-2YT43",
      },
    ],
  },
  sources: [
    {
      facts: ["architecture", "dialect", "firmware", "firmwares"],
      source: "libosinfo, os/microsoft.com/win-11: BIOS is not supported, 64-bit only",
    },
    { facts: ["answerMedium"], source: floppyUnderUefi },
    { facts: ["setup.oobe", "setup.specialize"], source: unattendReference },
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
      source:
        "used by other projects; the first Windows with an e1000e driver is not known exactly",
      unverified: true,
    },
    {
      facts: ["hardware.cpu"],
      source: "rufus issue 2600: 24H2 needs SSE4.2 and POPCNT, which Nehalem has",
    },
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes"],
      source: "libosinfo, os/microsoft.com/win-11: two cores, 4 GiB, 64 GiB",
    },
    { facts: ["hardware.rtcBase"], source: "winvm's choice: a fixed clock" },
  ],
};
