import type { PassName } from "../answer/document.ts";
import type { SettingRule, SettingRules } from "./rule.ts";

/**
 * The settings that this Setup knows, with the limits that Microsoft's Unattended Windows Setup Reference gives each.
 * What is not here is refused: on Windows a misspelt setting ends the installation, too.
 */
export const knownSettings: SettingRules = {
  ...component("Microsoft-Windows-International-Core-WinPE", ["windowsPE"], {
    SetupUILanguage: group(),
    "SetupUILanguage/UILanguage": text({ empty: false }),
    "SetupUILanguage/WillShowUI": showUi(),
    InputLocale: text(),
    LayeredDriver: { passes: [], range: [1, 6] },
    SystemLocale: text(),
    UILanguage: text(),
    UILanguageFallback: text(),
    UserLocale: text(),
  }),
  ...component("Microsoft-Windows-International-Core", ["specialize", "oobeSystem"], {
    InputLocale: text(),
    SystemLocale: text(),
    UILanguage: text(),
    UILanguageFallback: text(),
    UserLocale: text(),
  }),
  ...component("Microsoft-Windows-Setup", ["windowsPE"], {
    Diagnostics: group(),
    "Diagnostics/OptIn": bool(),
    DiskConfiguration: group(),
    "DiskConfiguration/WillShowUI": showUi(),
    "DiskConfiguration/DisableEncryptedDiskProvisioning": bool(),
    "DiskConfiguration/Disk": list(),
    "DiskConfiguration/Disk/DiskID": number(0, 255),
    "DiskConfiguration/Disk/WillWipeDisk": bool(),
    "DiskConfiguration/Disk/CreatePartitions": group(),
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition": list(),
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition/Order": number(1, 500),
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition/Type": {
      passes: [],
      empty: false,
      enum: ["Primary", "EFI", "Extended", "Logical", "MSR"],
    },
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition/Size": number(1, 2 ** 31),
    "DiskConfiguration/Disk/CreatePartitions/CreatePartition/Extend": bool(),
    "DiskConfiguration/Disk/ModifyPartitions": group(),
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition": list(),
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/Order": number(1, 500),
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/PartitionID": number(1, 128),
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/Active": bool(),
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/Extend": bool(),
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/Format": {
      passes: [],
      enum: ["NTFS", "FAT32"],
    },
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/Label": text({
      empty: false,
      maxLength: 32,
    }),
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/Letter": text({
      empty: false,
      maxLength: 1,
    }),
    "DiskConfiguration/Disk/ModifyPartitions/ModifyPartition/TypeID": text(),
    DynamicUpdate: group(),
    "DynamicUpdate/Enable": bool(),
    "DynamicUpdate/WillShowUI": showUi(),
    EnableFirewall: bool(),
    EnableNetwork: bool(),
    ImageInstall: group(),
    "ImageInstall/OSImage": group(),
    "ImageInstall/OSImage/Compact": bool(),
    "ImageInstall/OSImage/WillShowUI": showUi(),
    "ImageInstall/OSImage/InstallToAvailablePartition": bool(),
    "ImageInstall/OSImage/InstallFrom": group(),
    "ImageInstall/OSImage/InstallFrom/Path": text(),
    "ImageInstall/OSImage/InstallFrom/MetaData": list(),
    "ImageInstall/OSImage/InstallFrom/MetaData/Key": text({ empty: false }),
    "ImageInstall/OSImage/InstallFrom/MetaData/Value": text({ empty: false }),
    "ImageInstall/OSImage/InstallTo": group(),
    "ImageInstall/OSImage/InstallTo/DiskID": number(0, 255),
    "ImageInstall/OSImage/InstallTo/PartitionID": number(1, 128),
    Restart: { passes: [], enum: ["Restart", "Shutdown"] },
    RunSynchronous: group(),
    "RunSynchronous/RunSynchronousCommand": list(),
    "RunSynchronous/RunSynchronousCommand/Description": text({ maxLength: 259, empty: false }),
    "RunSynchronous/RunSynchronousCommand/Order": number(1, 500),
    "RunSynchronous/RunSynchronousCommand/Path": text({ maxLength: 259, empty: false }),
    UseConfigurationSet: bool(),
    UserData: group(),
    "UserData/AcceptEula": bool(),
    "UserData/FullName": text({ maxLength: 63 }),
    "UserData/Organization": text({ maxLength: 63 }),
    "UserData/ProductKey": group(),
    "UserData/ProductKey/Key": text({ empty: false }),
    "UserData/ProductKey/WillShowUI": showUi(),
  }),
  ...component("Microsoft-Windows-PnpCustomizationsWinPE", ["windowsPE"], {
    DriverPaths: group(),
    "DriverPaths/PathAndCredentials": list(),
    "DriverPaths/PathAndCredentials/Path": text({ maxLength: 259, empty: false }),
  }),
  ...component("Microsoft-Windows-LUA-Settings", ["offlineServicing"], { EnableLUA: bool() }),
  ...component("Microsoft-Windows-Deployment", ["specialize", "auditUser"], {
    RunSynchronous: group(),
    "RunSynchronous/RunSynchronousCommand": list(),
    "RunSynchronous/RunSynchronousCommand/Description": text({ maxLength: 259, empty: false }),
    "RunSynchronous/RunSynchronousCommand/Order": number(1, 500),
    "RunSynchronous/RunSynchronousCommand/Path": text({ maxLength: 259, empty: false }),
    "RunSynchronous/RunSynchronousCommand/WillReboot": {
      passes: [],
      enum: ["Always", "OnRequest", "Never"],
    },
  }),
  ...component("Microsoft-Windows-TCPIP", ["specialize", "windowsPE"], {
    IcmpRedirectsEnabled: bool(),
    Interfaces: group(),
    "Interfaces/Interface": list(),
    "Interfaces/Interface/Identifier": text({ maxLength: 256, empty: false }),
    "Interfaces/Interface/Ipv4Settings": group(),
    "Interfaces/Interface/Ipv4Settings/DhcpEnabled": bool(),
    "Interfaces/Interface/Ipv4Settings/Metric": number(0, 9999),
    "Interfaces/Interface/Ipv4Settings/RouterDiscoveryEnabled": bool(),
    "Interfaces/Interface/Ipv6Settings": group(),
    "Interfaces/Interface/Ipv6Settings/DhcpEnabled": bool(),
    "Interfaces/Interface/Ipv6Settings/Metric": number(0, 9999),
    "Interfaces/Interface/Ipv6Settings/RouterDiscoveryEnabled": bool(),
    "Interfaces/Interface/UnicastIpAddresses": group(),
    "Interfaces/Interface/UnicastIpAddresses/IpAddress": { ...text({ empty: false }), list: true },
    "Interfaces/Interface/Routes": group(),
    "Interfaces/Interface/Routes/Route": list(),
    "Interfaces/Interface/Routes/Route/Identifier": text({ maxLength: 256 }),
    "Interfaces/Interface/Routes/Route/Metric": number(0, 9999),
    "Interfaces/Interface/Routes/Route/NextHopAddress": text({ maxLength: 45, empty: false }),
    "Interfaces/Interface/Routes/Route/Prefix": text({ maxLength: 49, empty: false }),
  }),
  ...component("Networking-MPSSVC-Svc", ["specialize"], {
    DomainProfile_EnableFirewall: bool(),
    PrivateProfile_EnableFirewall: bool(),
    PublicProfile_EnableFirewall: bool(),
  }),
  ...component("Microsoft-Windows-ErrorReportingCore", ["specialize"], {
    DisableWER: number(0, 1),
  }),
  ...component("Microsoft-Windows-Security-SPP-UX", ["specialize"], { SkipAutoActivation: bool() }),
  ...component("Microsoft-Windows-SQMApi", ["specialize"], { CEIPEnabled: number(0, 1) }),
  ...component("Microsoft-Windows-SystemRestore-Main", ["specialize"], { DisableSR: number(0, 1) }),
  ...component("Microsoft-Windows-Shell-Setup", ["offlineServicing", "specialize"], {
    ComputerName: text({ maxLength: 15 }),
  }),
  ...component("Microsoft-Windows-Shell-Setup", ["specialize", "generalize"], {
    CopyProfile: bool(),
  }),
  ...component("Microsoft-Windows-Shell-Setup", ["specialize"], {
    ProductKey: text(),
  }),
  ...component("Microsoft-Windows-Shell-Setup", ["specialize", "auditSystem", "oobeSystem"], {
    RegisteredOrganization: text({ maxLength: 256 }),
    RegisteredOwner: text({ maxLength: 256 }),
    TimeZone: text({ maxLength: 256 }),
  }),
  ...component("Microsoft-Windows-Shell-Setup", ["specialize", "auditSystem", "oobeSystem"], {
    AutoLogon: group(),
    "AutoLogon/Domain": text({ maxLength: 256 }),
    "AutoLogon/Enabled": bool(),
    "AutoLogon/LogonCount": number(0, 2 ** 31),
    "AutoLogon/Password": group(),
    "AutoLogon/Password/PlainText": bool(),
    "AutoLogon/Password/Value": text({ maxLength: 256 }),
    "AutoLogon/Username": text({ maxLength: 256, empty: false }),
  }),
  ...component("Microsoft-Windows-Shell-Setup", ["oobeSystem"], {
    FirstLogonCommands: group(),
    "FirstLogonCommands/SynchronousCommand": list(),
    "FirstLogonCommands/SynchronousCommand/CommandLine": text({ maxLength: 1024 }),
    "FirstLogonCommands/SynchronousCommand/Description": text({ maxLength: 256 }),
    "FirstLogonCommands/SynchronousCommand/Order": number(1, 500),
    "FirstLogonCommands/SynchronousCommand/RequiresUserInput": bool(),
    OOBE: group(),
    "OOBE/HideEULAPage": bool(),
    "OOBE/HideLocalAccountScreen": bool(),
    "OOBE/HideOEMRegistrationScreen": bool(),
    "OOBE/HideOnlineAccountScreens": bool(),
    "OOBE/HideWirelessSetupInOOBE": bool(),
    "OOBE/NetworkLocation": { passes: [], enum: ["Home", "Work", "Other"] },
    "OOBE/ProtectYourPC": number(1, 3),
    "OOBE/SkipMachineOOBE": bool(),
    "OOBE/SkipUserOOBE": bool(),
    ShowWindowsLive: bool(),
    UserAccounts: group(),
    "UserAccounts/AdministratorPassword": group(),
    "UserAccounts/AdministratorPassword/PlainText": bool(),
    "UserAccounts/AdministratorPassword/Value": text({ maxLength: 256 }),
    "UserAccounts/LocalAccounts": group(),
    "UserAccounts/LocalAccounts/LocalAccount": list(),
    "UserAccounts/LocalAccounts/LocalAccount/Description": text({ maxLength: 256 }),
    "UserAccounts/LocalAccounts/LocalAccount/DisplayName": text({ maxLength: 256 }),
    "UserAccounts/LocalAccounts/LocalAccount/Group": text({ maxLength: 256 }),
    "UserAccounts/LocalAccounts/LocalAccount/Name": text({ maxLength: 20, empty: false }),
    "UserAccounts/LocalAccounts/LocalAccount/Password": group(),
    "UserAccounts/LocalAccounts/LocalAccount/Password/PlainText": bool(),
    "UserAccounts/LocalAccounts/LocalAccount/Password/Value": text({ maxLength: 256 }),
  }),
};

function component(
  name: string,
  passes: readonly PassName[],
  settings: SettingRules,
): SettingRules {
  return Object.fromEntries(
    Object.entries(settings).map(([path, rule]) => [`${name}/${path}`, { ...rule, passes }]),
  );
}

function text(limits: Pick<SettingRule, "maxLength" | "empty"> = {}): SettingRule {
  return { passes: [], ...limits };
}

function bool(): SettingRule {
  return { passes: [], enum: ["true", "false"] };
}

function number(least: number, most: number): SettingRule {
  return { passes: [], range: [least, most] };
}

function showUi(): SettingRule {
  return { passes: [], enum: ["Always", "OnError", "Never"] };
}

function group(): SettingRule {
  return { passes: [], group: true };
}

function list(): SettingRule {
  return { passes: [], group: true, list: true };
}
