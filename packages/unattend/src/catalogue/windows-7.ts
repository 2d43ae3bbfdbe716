import type { GuestProfile } from "./profile.ts";
import { answerFileSearch, clientKeys, triedOnQemu, unattendReference } from "./sources.ts";

const GiB = 1024 ** 3;

/** Windows 7, 64-bit, started by a BIOS. */
export const windows7: GuestProfile = {
  name: "7",
  title: "Windows 7",
  aliases: ["seven"],
  architecture: "amd64",
  firmware: "bios",
  firmwares: ["bios"],
  dialect: "xml",
  answerMedium: "floppy",
  smb: "SMB2_10",
  shell: "cygwin",
  shellRoot: "C:\\cygwin64",
  hardware: {
    machine: "q35",
    cpu: "Nehalem",
    cpus: 1,
    memoryBytes: 2 * GiB,
    diskBytes: 20 * GiB,
    diskBus: "ahci",
    nic: "e1000",
    display: "std",
    rtcBase: "2026-01-01T00:00:00",
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
    requirementBypasses: [],
    editions: [
      {
        name: "Professional",
        imageName: "Windows 7 PROFESSIONAL",
        clientKey: "FJ82H-XT6CR-J8D7P-XQJJ2-GPDD4",
      },
      {
        name: "Enterprise",
        imageName: "Windows 7 ENTERPRISE",
        clientKey: "33PXH-7Y6KF-2VJC9-XBBR8-HVTHH",
      },
    ],
  },
  sources: [
    {
      facts: ["architecture", "dialect", "firmware", "firmwares"],
      source: "Microsoft, Windows Setup Supported Platforms and Cross-Platform Deployments",
    },
    { facts: ["answerMedium"], source: answerFileSearch },
    { facts: ["setup.oobe", "setup.specialize"], source: unattendReference },
    {
      facts: ["setup.firstLogon", "setup.shutdownCommand", "setup.requirementBypasses"],
      source:
        "Microsoft, cmd and shutdown commands; this Setup checks none of what LabConfig is for",
    },
    { facts: ["setup.editions"], source: clientKeys },
    {
      facts: ["smb"],
      source: "Microsoft, Overview of file sharing using SMB 3: Windows 7 speaks SMB 2.1",
    },
    {
      facts: ["shell", "shellRoot"],
      source:
        "Cygwin, What's new: 3.4 is the last version for Windows 7; setup's default root for x86_64",
    },
    {
      facts: ["hardware.machine", "hardware.diskBus", "hardware.display"],
      source: "dockur/windows src/define.sh and src/legacy.sh: drivers for AHCI are on the media",
    },
    {
      facts: ["hardware.nic"],
      source: "VirtualBox manual, network hardware: Vista and later know the 82540EM (e1000)",
    },
    { facts: ["hardware.cpu"], source: `a model that TCG can do in full: ${triedOnQemu}` },
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes"],
      source: "libosinfo, os/microsoft.com/win-7, x86_64: one core, 2 GiB, 20 GiB",
    },
    { facts: ["hardware.rtcBase"], source: "winvm's choice: a fixed clock" },
  ],
};
