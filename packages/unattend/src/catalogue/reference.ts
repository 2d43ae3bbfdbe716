import type { GuestProfile } from "./profile.ts";
import { answerFileSearch, triedOnQemu, unattendReference } from "./sources.ts";

const GiB = 1024 ** 3;

/** winvm's own guest: a small Linux that installs the way Windows 10 does and runs Windows programs with Wine. */
export const reference: GuestProfile = {
  name: "reference",
  title: "winvm reference guest",
  aliases: ["ref"],
  architecture: "amd64",
  firmware: "bios",
  firmwares: ["bios", "uefi"],
  dialect: "xml",
  answerMedium: "cdrom",
  smb: "SMB3_11",
  shell: "builtin",
  shellRoot: "C:\\cygwin64",
  hardware: {
    machine: "q35",
    cpu: "Nehalem",
    tcgCpu: "Nehalem,vendor=AuthenticAMD",
    cpus: 1,
    memoryBytes: 2 * GiB,
    diskBytes: 8 * GiB,
    diskBus: "ahci",
    nic: "e1000",
    display: "std",
    rtcBase: "2026-01-01T00:00:00",
  },
  setup: {
    firstLogon: "shell",
    shutdownCommand: "shutdown -s -t 0",
    oobe: {
      HideEULAPage: "true",
      HideLocalAccountScreen: "true",
      HideOnlineAccountScreens: "true",
      HideWirelessSetupInOOBE: "true",
      ProtectYourPC: "3",
    },
    specialize: {},
    requirementBypasses: [],
    editions: [],
  },
  sources: [
    {
      facts: ["architecture", "dialect", "firmware", "firmwares", "shell", "shellRoot", "smb"],
      source: "the reference guest's own definition (packages/reference-guest)",
    },
    {
      facts: ["setup.firstLogon", "setup.shutdownCommand", "setup.specialize", "setup.editions"],
      source: "the reference guest's own definition (packages/reference-guest)",
    },
    { facts: ["setup.requirementBypasses"], source: "the reference guest checks no machine" },
    { facts: ["answerMedium"], source: answerFileSearch },
    { facts: ["setup.oobe"], source: unattendReference },
    { facts: ["hardware.cpu"], source: `Wine 8 needs more than qemu64: ${triedOnQemu}` },
    {
      facts: ["hardware.tcgCpu"],
      source: `Linux keeps SS set there (X86_BUG_SYSRET_SS_ATTRS), less is translated twice: ${triedOnQemu}`,
    },
    {
      facts: ["hardware.machine", "hardware.diskBus", "hardware.nic", "hardware.display"],
      source: `the devices of a Windows 10 machine, with drivers in Linux: ${triedOnQemu}`,
    },
    {
      facts: ["hardware.cpus", "hardware.memoryBytes", "hardware.diskBytes", "hardware.rtcBase"],
      source:
        "winvm's choice: room for Wine, one CPU because more do not help under TCG, a fixed clock",
    },
  ],
};
