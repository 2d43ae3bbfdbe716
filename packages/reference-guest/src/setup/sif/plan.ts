import { classifyCommand, rehearseCommand } from "../plan/commands.ts";
import { computerNameFault } from "../plan/names.ts";
import type { MachineFacts, PlannedCommand } from "../plan/plan.ts";
import type { SetupSystem } from "../systems/system.ts";
import type { Examination } from "../read-answer.ts";
import type { FilePart, Finding, FindingKind } from "../refusal.ts";
import { checkAscii, checkCommands, checkKeys } from "./check.ts";
import { settingOf, sifEntry } from "./parse.ts";
import type { SifEntry, SifFile } from "./parse.ts";

/** What text-mode Setup of Windows XP and 2003 does with a winnt.sif, or everything that it refuses. */
export function planSif(file: SifFile, machine: MachineFacts): Examination {
  const findings: Finding[] = [...checkKeys(file), ...checkAscii(file), ...checkCommands(file)];
  const refuse: Refuse = (setting, reason, at, kind) => {
    findings.push({ kind, setting, reason, at });
  };
  const get = (section: string, key: string): string | undefined =>
    sifEntry(file, section, key)?.values[0];
  const need = (section: string, key: string, expected = /^/): string => {
    const entry = sifEntry(file, section, key);
    const value = entry?.values[0] ?? "";
    if (entry === undefined) refuse(`${section}/${key}`, "it is missing: Setup would ask");
    else if (!expected.test(value))
      refuse(`${section}/${key}`, `${JSON.stringify(value)} makes Setup ask`, entry);
    return value;
  };
  if (machine.firmware !== "bios") refuse("winnt.sif", "this Windows starts from a BIOS only");
  const system = machine.system ?? xp;
  need("Data", "AutoPartition", /^1$/);
  need("Data", "MsDosInitiated", /^(0|No)$/i);
  need("Data", "UnattendedInstall", /^Yes$/i);
  need("Unattended", "UnattendMode", /^FullUnattended$/i);
  need("Unattended", "OemSkipEula", /^Yes$/i);
  need("Unattended", "TargetPath");
  const updates = sifEntry(file, "Data", "AutomaticUpdates");
  const welcomed = get("GuiUnattended", "OemSkipWelcome") === "1";
  if (system.version === "5.1" && !welcomed && !/^(|1|Yes)$/i.test(firstOf(updates)))
    refuse("Data/AutomaticUpdates", "other than Yes it makes Windows Welcome ask", updates);
  if (need("GuiUnattended", "AdminPassword").length > 127)
    refuse(
      "GuiUnattended/AdminPassword",
      "it has more than 127 characters",
      sifEntry(file, "GuiUnattended", "AdminPassword"),
    );
  need("UserData", "ProductKey", /^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/i);
  if (system.kind === "server") {
    const mode = need("LicenseFilePrintData", "AutoMode", /^(PerServer|PerSeat)$/i);
    if (mode.toLowerCase() === "perserver") need("LicenseFilePrintData", "AutoUsers", /^\d+$/);
  }
  const profiles = sifEntry(file, "WindowsFirewall", "Profiles");
  for (const profile of profiles?.values ?? [])
    if (!file.has(profile.toLowerCase()))
      refuse(profile, "WindowsFirewall names it, but it is missing", profiles);
  need("GuiUnattended", "TimeZone", /^\d{1,3}$/);
  const domain = sifEntry(file, "Identification", "JoinDomain");
  if (domain === undefined) need("Identification", "JoinWorkgroup");
  else refuse("Identification/JoinDomain", "this guest joins no domain", domain, "unplayable");
  if (!file.has("networking")) refuse("Networking", "the section is missing");
  const computerName = need("UserData", "ComputerName");
  const fault = computerNameFault(computerName);
  if (computerName !== "" && fault !== undefined)
    refuse("UserData/ComputerName", fault, sifEntry(file, "UserData", "ComputerName"));
  const owner = need("UserData", "FullName");
  const logon = sifEntry(file, "GuiUnattended", "AutoLogon");
  if (numbered(file).length > 0 && !/^Yes$/i.test(firstOf(logon)))
    refuse(
      "GuiUnattended/AutoLogon",
      "without it nobody logs on, and the commands of GuiRunOnce never run",
      logon,
    );
  const interfaces = planAdapters(file, refuse);
  const run = (lines: readonly (string | undefined)[], description: string): PlannedCommand[] =>
    commands(lines, description, machine.system === undefined ? classifyCommand : rehearseCommand);
  if (findings.some(({ kind }) => kind !== "ignored")) return { findings };
  return {
    findings,
    plan: {
      disk: {
        id: 0,
        table: "mbr",
        partitions: [{ type: "Primary", format: "NTFS", letter: "C", active: true }],
        installTo: 1,
      },
      computerName,
      owner,
      organization: get("UserData", "OrgName") ?? "",
      timeZone: get("GuiUnattended", "TimeZone") ?? "",
      interfaces,
      accounts: [],
      logon: "Administrator",
      commands: {
        windowsPE: [],
        specialize: run([get("SetupParams", "UserExecute")], "UserExecute"),
        oobeSystem: run(numbered(file), "GuiRunOnce"),
      },
    },
  };
}

const xp: SetupSystem = { title: "Windows XP", version: "5.1", kind: "client" };

type Refuse = (setting: string, reason: string, at?: FilePart, kind?: FindingKind) => void;

function planAdapters(
  file: SifFile,
  refuse: Refuse,
): { identifier: string; addresses: string[] }[] {
  return [...file.values()].flatMap(({ name }) => {
    const address = sifEntry(file, name, "IPAddress");
    if (address === undefined) return [];
    const dhcp = sifEntry(file, name, "DHCP");
    if (firstOf(dhcp).toLowerCase() !== "no")
      refuse(`${name}/DHCP`, "with an address of its own it has to be No", dhcp);
    if (!/^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(firstOf(address)))
      refuse(settingOf(address), `${JSON.stringify(firstOf(address))} is no address`, address);
    const mask = sifEntry(file, name, "SubnetMask");
    const prefix = prefixLength(firstOf(mask));
    if (prefix === undefined)
      refuse(`${name}/SubnetMask`, `${JSON.stringify(firstOf(mask))} is no subnet mask`, mask);
    const addresses = [`${firstOf(address)}/${prefix ?? 24}`];
    return [{ identifier: "Local Area Connection", addresses }];
  });
}

function firstOf(entry: SifEntry | undefined): string {
  return entry?.values[0] ?? "";
}

function prefixLength(mask: string): number | undefined {
  const bits = mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) && bits.length === 32
    ? bits.indexOf("0") === -1
      ? 32
      : bits.indexOf("0")
    : undefined;
}

function numbered(file: SifFile): string[] {
  const entries = file.get("guirunonce")?.entries ?? [];
  return entries
    .filter(({ key }) => /^command\d+$/i.test(key))
    .toSorted((one, other) => numberOf(one) - numberOf(other))
    .map(({ values }) => values.join(","));
}

function numberOf({ key }: SifEntry): number {
  return Number(key.slice("command".length));
}

function commands(
  lines: readonly (string | undefined)[],
  description: string,
  classify: typeof rehearseCommand,
): PlannedCommand[] {
  return lines
    .filter((line): line is string => line !== undefined && line !== "")
    .map((line): PlannedCommand => ({
      line,
      description,
      ...classify(line),
      willReboot: "Never",
    }));
}
