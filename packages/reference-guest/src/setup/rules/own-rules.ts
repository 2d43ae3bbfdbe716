import type { SettingRule } from "./rule.ts";

type Refinement = Omit<SettingRule, "passes">;

const list: Refinement = { group: true, list: true };
const keyed: Refinement = { ...list, keyed: true };
const order: Refinement = { range: [1, 500] };
const partition: Refinement = { range: [1, 128] };
const disk: Refinement = { range: [0, 255] };
const command: Refinement = { maxLength: 259, empty: false };

const SETUP = "Microsoft-Windows-Setup";
const DISK = `${SETUP}/DiskConfiguration/Disk`;
const OS = `${SETUP}/ImageInstall/OSImage`;
const SHELL = "Microsoft-Windows-Shell-Setup";
const LOGON = `${SHELL}/FirstLogonCommands/SynchronousCommand`;
const ACCOUNT = `${SHELL}/UserAccounts/LocalAccounts/LocalAccount`;
const INTERFACE = "Microsoft-Windows-TCPIP/Interfaces/Interface";
const LABEL = `${DISK}/ModifyPartitions/ModifyPartition`;

/**
 * What the same pages say in words that the distilled table leaves out, path → what is added: which settings are items
 * of a list, ranges of numbers, and the lengths of names and commands.
 */
export const refinements: Readonly<Record<string, Refinement>> = {
  [DISK]: list,
  [`${DISK}/DiskID`]: disk,
  [`${DISK}/CreatePartitions/CreatePartition`]: list,
  [`${DISK}/CreatePartitions/CreatePartition/Order`]: order,
  [`${DISK}/CreatePartitions/CreatePartition/Size`]: { range: [1, 2 ** 31] },
  [LABEL]: list,
  [`${LABEL}/Order`]: order,
  [`${LABEL}/PartitionID`]: partition,
  [`${LABEL}/Label`]: { maxLength: 32 },
  [`${LABEL}/Letter`]: { maxLength: 1 },
  [`${OS}/InstallFrom/MetaData`]: list,
  [`${OS}/InstallFrom/MetaData/Key`]: {
    enum: ["/IMAGE/INDEX", "/IMAGE/NAME", "/IMAGE/DESCRIPTION"],
  },
  [`${OS}/InstallFrom/MetaData/Value`]: { empty: false },
  [`${OS}/InstallTo/DiskID`]: disk,
  [`${OS}/InstallTo/PartitionID`]: partition,
  [`${SETUP}/Restart`]: { enum: ["Restart", "Shutdown"] },
  ...runCommands(`${SETUP}/RunSynchronous/RunSynchronousCommand`),
  ...runCommands("Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand"),
  ...runCommands(`${SETUP}/RunAsynchronous/RunAsynchronousCommand`),
  ...runCommands("Microsoft-Windows-Deployment/RunAsynchronous/RunAsynchronousCommand"),
  "Microsoft-Windows-International-Core-WinPE/LayeredDriver": { range: [1, 6] },
  "Microsoft-Windows-PnpCustomizationsWinPE/DriverPaths/PathAndCredentials": keyed,
  "Microsoft-Windows-PnpCustomizationsWinPE/DriverPaths/PathAndCredentials/Path": command,
  "Microsoft-Windows-PnpCustomizationsNonWinPE/DriverPaths/PathAndCredentials": keyed,
  "Microsoft-Windows-PnpCustomizationsNonWinPE/DriverPaths/PathAndCredentials/Path": command,
  [`${SETUP}/UserData/FullName`]: { maxLength: 63 },
  [`${SETUP}/UserData/Organization`]: { maxLength: 63 },
  [INTERFACE]: list,
  // Its Key and Value are the attribute wcm:keyValue and the text.
  [`${INTERFACE}/UnicastIpAddresses/IpAddress`]: {
    list: true,
    keyed: true,
    group: false,
    empty: false,
  },
  [`${INTERFACE}/Routes/Route`]: list,
  [`${INTERFACE}/Routes/Route/Metric`]: { range: [0, 9999] },
  [`${SHELL}/AutoLogon/LogonCount`]: { range: [0, 2 ** 31] },
  [LOGON]: list,
  [`${LOGON}/CommandLine`]: { maxLength: 1024, empty: false },
  [`${LOGON}/Description`]: { maxLength: 256 },
  [`${LOGON}/Order`]: order,
  [`${SHELL}/LogonCommands/AsynchronousCommand`]: list,
  [`${SHELL}/LogonCommands/AsynchronousCommand/Order`]: order,
  [ACCOUNT]: list,
  [`${ACCOUNT}/Name`]: { maxLength: 20, empty: false },
};

function runCommands(path: string): Record<string, Refinement> {
  return {
    [path]: list,
    [`${path}/Description`]: command,
    [`${path}/Order`]: order,
    [`${path}/Path`]: command,
  };
}
