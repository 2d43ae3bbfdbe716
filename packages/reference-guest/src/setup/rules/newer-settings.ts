import type { PassName } from "../answer/document.ts";
import type { SettingRule } from "./rule.ts";

/** A setting that the reference of 2018 lacks, and why it is taken all the same. */
export interface AllowedSetting {
  readonly rule: SettingRule;
  readonly reason: string;
}

const bool = ["true", "false"];
const SHELL = "Microsoft-Windows-Shell-Setup";

/** The allow-list: older or newer than the reference, or only used in the field. */
export const allowedSettings: Readonly<Record<string, AllowedSetting>> = {
  [`${SHELL}/OOBE/SkipMachineOOBE`]: welcome("deprecated since Windows 7"),
  [`${SHELL}/OOBE/SkipUserOOBE`]: welcome("deprecated since Windows 7"),
  [`${SHELL}/OEMInformation/SupportProvider`]: {
    rule: { passes: ["specialize", "auditSystem", "oobeSystem"], maxLength: 256 },
    reason: "used in the field from Windows 10 on, newer than the reference",
  },
  [`${SHELL}/ShowWindowsLive`]: {
    rule: { passes: ["specialize", "auditSystem", "auditUser", "oobeSystem"], enum: bool },
    reason: "of Vista and 7, older than the reference",
  },
  "Microsoft-Windows-Security-Licensing-SLC": group("of Vista and 2008, older than the reference"),
  "Microsoft-Windows-Security-Licensing-SLC/SkipRearm": {
    rule: { passes: ["generalize"], enum: ["0", "1"] },
    reason: "of Vista and 2008, older than the reference",
  },
  "Microsoft-Windows-Security-Licensing-SLC-UX": group(
    "of Vista and 2008, older than the reference",
  ),
  "Microsoft-Windows-Security-Licensing-SLC-UX/SkipAutoActivation": {
    rule: { passes: ["specialize"], enum: bool },
    reason: "of Vista and 2008, older than the reference",
  },
};

function welcome(reason: string): AllowedSetting {
  return { rule: { passes: ["oobeSystem"], enum: bool }, reason };
}

function group(reason: string): AllowedSetting {
  const passes: PassName[] = ["specialize", "generalize"];
  return { rule: { passes, group: true }, reason };
}

/**
 * Settings that many files have in a pass in which the reference does not allow them, and that install all the same:
 * Setup does not look there for them. `component` or `component/setting`, in lower case.
 */
export const misplacedInTheField: readonly string[] = [
  "microsoft-windows-enhancedstorage-adm",
  "microsoft-windows-sqmapi/ceipenabled",
  "microsoft-windows-ie-internetexplorer/home_page",
];
