import { classifyCommand, rehearseCommand } from "../plan/commands.ts";
import { computerNameFault } from "../plan/names.ts";
import type { MachineFacts, PlannedCommand, SetupPlan } from "../plan/plan.ts";
import { readsSif } from "../systems/system.ts";
import type { SetupSystem } from "../systems/system.ts";
import type { Refusal } from "../refusal.ts";
import { knownSections } from "./known-keys.ts";
import type { SifFile } from "./parse.ts";

/** What text-mode Setup of Windows XP and 2003 does with a winnt.sif, or everything that it refuses. */
export function planSif(
  file: SifFile,
  machine: MachineFacts,
): { readonly plan?: SetupPlan | undefined; readonly refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [...checkKeys(file)];
  const get = (section: string, key: string): string | undefined =>
    file.get(section.toLowerCase())?.get(key.toLowerCase())?.[0];
  const need = (section: string, key: string, expected?: RegExp): string => {
    const value = get(section, key);
    if (value === undefined)
      refusals.push({ setting: `${section}/${key}`, reason: "it is missing: Setup would ask" });
    else if (expected !== undefined && !expected.test(value))
      refusals.push({
        setting: `${section}/${key}`,
        reason: `${JSON.stringify(value)} makes Setup ask`,
      });
    return value ?? "";
  };
  if (machine.firmware !== "bios")
    refusals.push({ setting: "winnt.sif", reason: "this Windows starts from a BIOS only" });
  const system = machine.system ?? xp;
  if (machine.system !== undefined && !readsSif(machine.system))
    refusals.push({ setting: "winnt.sif", reason: `${system.title} reads Autounattend.xml only` });
  need("Data", "AutoPartition", /^1$/);
  need("Data", "MsDosInitiated", /^(0|No)$/i);
  need("Data", "UnattendedInstall", /^Yes$/i);
  need("Unattended", "UnattendMode", /^FullUnattended$/i);
  need("Unattended", "OemSkipEula", /^Yes$/i);
  need("Unattended", "TargetPath");
  if (need("GuiUnattended", "AdminPassword").length > 127)
    refusals.push({
      setting: "GuiUnattended/AdminPassword",
      reason: "it has more than 127 characters",
    });
  need("UserData", "ProductKey", /^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/i);
  if (system.kind === "server") {
    const mode = need("LicenseFilePrintData", "AutoMode", /^(PerServer|PerSeat)$/i);
    if (mode.toLowerCase() === "perserver") need("LicenseFilePrintData", "AutoUsers", /^\d+$/);
  }
  const profiles = file.get("windowsfirewall")?.get("profiles") ?? [];
  for (const profile of profiles)
    if (!file.has(profile.toLowerCase()))
      refusals.push({ setting: profile, reason: "WindowsFirewall names it, but it is missing" });
  need("GuiUnattended", "TimeZone", /^\d{1,3}$/);
  need("Identification", "JoinWorkgroup");
  if (!file.has("networking"))
    refusals.push({ setting: "Networking", reason: "the section is missing" });
  const computerName = need("UserData", "ComputerName");
  const fault = computerNameFault(computerName);
  if (computerName !== "" && fault !== undefined)
    refusals.push({ setting: "UserData/ComputerName", reason: fault });
  const owner = need("UserData", "FullName");
  const interfaces = planAdapters(file, refusals);
  const run = (lines: readonly (string | undefined)[], description: string): PlannedCommand[] =>
    commands(lines, description, machine.system === undefined ? classifyCommand : rehearseCommand);
  if (refusals.length > 0) return { refusals };
  return {
    refusals,
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

/** Text-mode Setup reads by the code page of its media: only ASCII means the same everywhere. */
export function checkAscii(text: string): Refusal[] {
  return text.split("\n").flatMap((line, at): Refusal[] => {
    // oxlint-disable-next-line no-control-regex -- ASCII from its first character on
    const odd = /[^\u0000-\u007f]/u.exec(line)?.[0];
    if (odd === undefined) return [];
    const reason = `${JSON.stringify(odd)} is outside ASCII`;
    return [{ setting: `line ${at + 1}`, reason, line: at + 1 }];
  });
}

function checkKeys(file: SifFile): Refusal[] {
  return [...file].flatMap(([section, keys]) => {
    const known = knownSections[section];
    if (known === "any") return [];
    // Sections that others point to, such as params.MS_TCPIP.PrimaryAdapter.
    if (known === undefined)
      return /^params\.|\.profile$/.test(section) ||
        [...file.values()].some((other) =>
          [...other.values()].flat().some((value) => value.toLowerCase() === section),
        )
        ? []
        : [{ setting: section, reason: "there is no such section: Setup would read it nowhere" }];
    return [...keys.keys()]
      .filter((key) => !known.includes(key))
      .map((key) => ({
        setting: `${section}/${key}`,
        reason: "there is no such key: Setup would read it nowhere",
      }));
  });
}

function planAdapters(
  file: SifFile,
  refusals: Refusal[],
): { identifier: string; addresses: string[] }[] {
  return [...file].flatMap(([section, keys]) => {
    const address = keys.get("ipaddress")?.[0];
    if (address === undefined) return [];
    if (keys.get("dhcp")?.[0]?.toLowerCase() !== "no")
      refusals.push({
        setting: `${section}/DHCP`,
        reason: "with an address of its own it has to be No",
      });
    const mask = keys.get("subnetmask")?.[0] ?? "";
    const prefix = prefixLength(mask);
    if (prefix === undefined)
      refusals.push({
        setting: `${section}/SubnetMask`,
        reason: `${JSON.stringify(mask)} is no subnet mask`,
      });
    return [{ identifier: "Local Area Connection", addresses: [`${address}/${prefix ?? 24}`] }];
  });
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

function numbered(file: SifFile): (string | undefined)[] {
  const keys = [...(file.get("guirunonce") ?? [])];
  return keys
    .filter(([key]) => /^command\d+$/.test(key))
    .toSorted(([one], [other]) => Number(one.slice(7)) - Number(other.slice(7)))
    .map(([, values]) => values.join(","));
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
