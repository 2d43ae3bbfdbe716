import type { GuestHardware, GuestMedia, SetupPhase } from "./profile.ts";

/** Bytes in a GiB. */
export const GiB: number = 1024 ** 3;

/** Phases of the Setup of XP and 2003 (Microsoft, ref.chm: text mode, GUI mode, GuiRunOnce). */
export const sifPhases: readonly SetupPhase[] = ["text-mode", "gui-mode", "first-logon"];

/** Passes of Windows Setup from Vista on that our answer files use (Microsoft, How Configuration Passes Work). */
export const xmlPhases: readonly SetupPhase[] = ["windowsPE", "specialize", "oobeSystem"];

/** Setup takes no key, and its media hold several images. */
export const evaluationMedia: GuestMedia = { kind: "evaluation", key: "none", image: "choice" };

/** Media of XP and 2003: one image, and a key that nobody publishes. */
export const sifMedia: readonly GuestMedia[] = [
  { kind: "retail", key: "user", image: "single" },
  { kind: "volume", key: "user", image: "single" },
];

/** Media of desktops from Vista on: the key selects the edition. */
export const clientMedia: readonly GuestMedia[] = [
  { kind: "retail", key: "client", image: "key" },
  { kind: "volume", key: "client", image: "key" },
];

/** Media of servers: one key fits the edition with and without a desktop, so the image is named too. */
export const serverMedia: readonly GuestMedia[] = [
  { kind: "retail", key: "client", image: "choice" },
  { kind: "volume", key: "client", image: "choice" },
];

/** What KVM can tell Windows (QEMU, docs/system/i386/hyperv), Vista and later. */
export const enlightenments: GuestHardware["enlightenments"] = [
  "hv-relaxed",
  "hv-vapic",
  "hv-spinlocks=0x1fff",
  "hv-vpindex",
  "hv-time",
  "hv-synic",
  "hv-stimer",
];

/** A clock that all guests start with. */
export const fixedClock = "2026-01-01T00:00:00";

/** A 32-bit Windows that needs neither of these does not look for what hangs on them (dockur/windows, src/legacy.sh). */
export const legacy32Cpu = "Nehalem,lm=off,nx=off";

const firewallOff = {
  DomainProfile_EnableFirewall: "false",
  PrivateProfile_EnableFirewall: "false",
  PublicProfile_EnableFirewall: "false",
};

/** What a desktop leaves alone from Windows 7 on. */
export const quietClient: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Microsoft-Windows-ErrorReportingCore": { DisableWER: "1" },
  "Microsoft-Windows-Security-SPP-UX": { SkipAutoActivation: "true" },
  "Microsoft-Windows-SQMApi": { CEIPEnabled: "0" },
  "Microsoft-Windows-SystemRestore-Main": { DisableSR: "1" },
  "Networking-MPSSVC-Svc": firewallOff,
};

/** The same for servers: they have no restore points, and windows that open at each logon. */
export const quietServer: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Microsoft-Windows-ErrorReportingCore": { DisableWER: "1" },
  "Microsoft-Windows-OutOfBoxExperience": {
    DoNotOpenInitialConfigurationTasksAtLogon: "true",
  },
  "Microsoft-Windows-Security-SPP-UX": { SkipAutoActivation: "true" },
  "Microsoft-Windows-ServerManager-SvrMgrNc": { DoNotOpenServerManagerAtLogon: "true" },
  "Microsoft-Windows-SQMApi": { CEIPEnabled: "0" },
  "Networking-MPSSVC-Svc": firewallOff,
};

/** Vista's and 2008's names: activation was called otherwise then. */
export const quietVista: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Microsoft-Windows-ErrorReportingCore": { DisableWER: "1" },
  "Microsoft-Windows-Security-Licensing-SLC-UX": { SkipAutoActivation: "true" },
  "Microsoft-Windows-SQMApi": { CEIPEnabled: "0" },
  "Microsoft-Windows-SystemRestore-Main": { DisableSR: "1" },
  "Networking-MPSSVC-Svc": firewallOff,
};

/** As {@link quietVista}, for 2008. */
export const quiet2008: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Microsoft-Windows-ErrorReportingCore": { DisableWER: "1" },
  "Microsoft-Windows-OutOfBoxExperience": {
    DoNotOpenInitialConfigurationTasksAtLogon: "true",
  },
  "Microsoft-Windows-Security-Licensing-SLC-UX": { SkipAutoActivation: "true" },
  "Microsoft-Windows-ServerManager-SvrMgrNc": { DoNotOpenServerManagerAtLogon: "true" },
  "Microsoft-Windows-SQMApi": { CEIPEnabled: "0" },
  "Networking-MPSSVC-Svc": firewallOff,
};

/** Pages of the welcome from Windows 8 on. */
export const modernOobe: Readonly<Record<string, string>> = {
  HideEULAPage: "true",
  HideOEMRegistrationScreen: "true",
  HideOnlineAccountScreens: "true",
  HideWirelessSetupInOOBE: "true",
  ProtectYourPC: "3",
};

/** As {@link modernOobe}, for servers, which alone ask for Administrator's password. */
export const serverOobe: Readonly<Record<string, string>> = {
  ...modernOobe,
  HideLocalAccountScreen: "true",
};
