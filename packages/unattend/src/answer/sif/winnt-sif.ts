import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../../catalogue/profile.ts";
import { specializeCommands } from "../commands.ts";
import { limits } from "../limits.ts";
import type { CompleteAnswerOptions, GuestNetwork } from "../options.ts";
import { guiRunOnceCommands } from "./commands.ts";
import { sifInputLocale, sifLocales } from "./locales.ts";
import { quotedSif } from "./sif-file.ts";
import type { SifSection } from "./sif-file.ts";
import { sifTimeZone } from "./time-zones.ts";

/** winnt.sif before it is text, and what is wrong with the commands that it runs. */
export interface SifDocument {
  readonly sections: readonly SifSection[];
  readonly faults: readonly Fault[];
}

/**
 * What text-mode and GUI-mode Setup of XP and 2003 read instead of asking (Microsoft, ref.chm). The disk is wiped; the
 * set-up medium's scripts run at the end of GUI mode and at the first logon, as in NixOS's Windows VM.
 */
export function winntSif(profile: GuestProfile, options: CompleteAnswerOptions): SifDocument {
  const atTheEnd = specializeCommands(profile).join(" & ");
  const atLogon = guiRunOnceCommands(profile, options);
  return {
    sections: [
      ...unattended(options),
      ...(profile.kind === "server" ? [license] : []),
      ...(options.regional === "none" ? [] : [regional(options)]),
      ...networking(options.network),
      ...quiet(profile),
      section("SetupParams", { UserExecute: quotedSif(atTheEnd) }),
      section(
        "GuiRunOnce",
        Object.fromEntries(atLogon.map((command, at) => [`Command${at}`, quotedSif(command)])),
      ),
    ],
    faults: [
      ...lengthRule("SetupParams/UserExecute", atTheEnd, limits.userExecute),
      ...atLogon.flatMap((command, at) =>
        lengthRule(`GuiRunOnce/Command${at}`, command, limits.runOnce),
      ),
    ],
  };
}

function unattended(options: CompleteAnswerOptions): SifSection[] {
  return [
    section("Data", {
      AutoPartition: "1",
      // Any value but Yes brings the page "Help protect your PC".
      AutomaticUpdates: "Yes",
      MsDosInitiated: "0",
      UnattendedInstall: "Yes",
    }),
    section("Unattended", {
      DUDisable: "Yes",
      DriverSigningPolicy: "Ignore",
      Hibernation: "No",
      OemPreinstall: "No",
      OemSkipEula: "Yes",
      Repartition: "Yes",
      TargetPath: "\\WINDOWS",
      UnattendMode: "FullUnattended",
      UnattendSwitch: "Yes",
      WaitForReboot: "No",
    }),
    section("GuiUnattended", {
      AdminPassword: quotedSif(options.administratorPassword),
      AutoLogon: "Yes",
      AutoLogonCount: "1",
      EncryptedAdminPassword: "No",
      OEMSkipRegional: "1",
      OemSkipWelcome: "1",
      // Without it 2003 greets with "Manage Your Server".
      ServerWelcome: "No",
      TimeZone: String(sifTimeZone(options.timeZone) ?? 90),
    }),
    section("UserData", {
      ComputerName: quotedSif(options.computerName),
      FullName: quotedSif(options.fullName),
      OrgName: quotedSif(options.organization),
      ProductKey: quotedSif(options.productKey ?? ""),
    }),
  ];
}

/** 2003 asks how it is licensed. */
const license: SifSection = section("LicenseFilePrintData", {
  AutoMode: "PerServer",
  AutoUsers: "5",
});

/** Without a language of the user's the locales stay the media's own. */
function regional(options: CompleteAnswerOptions): SifSection {
  const { language, keyboard } = options;
  const locale = quotedSif(`0000${sifLocales.get(language) ?? "0409"}`);
  return section("RegionalSettings", {
    InputLocale: quotedSif(sifInputLocale(keyboard) ?? keyboard),
    ...(options.regional === "language" ? { SystemLocale: locale, UserLocale: locale } : {}),
  });
}

/** One card, whichever it is, with a static address. */
function networking({ address }: GuestNetwork): SifSection[] {
  const [host = "", prefix = "24"] = address.split("/");
  return [
    section("Identification", { JoinWorkgroup: "WORKGROUP" }),
    section("Networking", { InstallDefaultComponents: "Yes" }),
    section("NetAdapters", { PrimaryAdapter: "params.PrimaryAdapter" }),
    section("params.PrimaryAdapter", { InfID: "*" }),
    section("NetProtocols", { MS_TCPIP: "params.MS_TCPIP" }),
    section("params.MS_TCPIP", { AdapterSections: "params.MS_TCPIP.PrimaryAdapter" }),
    section("params.MS_TCPIP.PrimaryAdapter", {
      SpecificTo: "PrimaryAdapter",
      DHCP: "No",
      IPAddress: host,
      SubnetMask: subnetMask(Number(prefix)),
      WINS: "No",
    }),
  ];
}

function quiet({ kind }: GuestProfile): SifSection[] {
  return [
    section("WindowsFirewall", { Profiles: "WindowsFirewall.TurnOffFirewall" }),
    section("WindowsFirewall.TurnOffFirewall", { Mode: "0" }),
    ...(kind === "client" ? [section("SystemRestore", { DisableSR: "1" })] : []),
  ];
}

/** `24` is 255.255.255.0. */
function subnetMask(prefix: number): string {
  return [0, 8, 16, 24]
    .map((before) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - before))))
    .join(".");
}

function lengthRule(path: string, command: string, maxLength: number): Fault[] {
  if (command.length <= maxLength) return [];
  const expected = `at most ${maxLength} UTF-16 units`;
  return [{ path, expected, value: command, hint: `it has ${command.length}` }];
}

function section(name: string, keys: Readonly<Record<string, string>>): SifSection {
  return { name, keys };
}
