/** Longest values in UTF-16 units (Microsoft, Unattended Windows Setup Reference, the page of each setting). */
export const limits = {
  computerName: 15,
  fullName: 63,
  /** Of an account; XP's reference gives 127, the most that the logon dialog takes. */
  password: 127,
  /** Of an account (Microsoft, user name limits). */
  userName: 20,
  /** `net user` asks whether a longer one is wanted, for the sake of Windows before 2000. */
  netUserPassword: 14,
  timeZone: 256,
  imageName: 256,
  firstLogonCommand: 1024,
  firstLogonDescription: 256,
  /** A command under the registry key RunOnce, which GuiRunOnce fills (Microsoft, Run and RunOnce Registry Keys). */
  runOnce: 260,
  /** SetupParams/UserExecute; the reference has no figure, so that the whole line keeps within 255, as old readers want it. */
  userExecute: 238,
  driverPath: 259,
  /** Path and Description of Deployment/RunSynchronousCommand; a longer one ends the pass specialize with 0x80220005. */
  runSynchronous: 259,
  /** Path of Setup/RunSynchronousCommand; the reference has no figure, 255 is what other generators keep to. */
  windowsPeCommand: 255,
} as const;

/** What one setting may hold. */
export interface SettingLimit {
  /** The end of the setting's path, `/` between the parts. */
  readonly path: string;
  readonly maxLength?: number;
  /** Whether it may be the empty string. True when absent. */
  readonly empty?: false;
}

/** The limits of what we generate, checked in the finished document. */
export const settingLimits: readonly SettingLimit[] = [
  { path: "Shell-Setup/ComputerName", maxLength: limits.computerName, empty: false },
  { path: "Shell-Setup/TimeZone", maxLength: limits.timeZone },
  { path: "Shell-Setup/RegisteredOwner", maxLength: 256 },
  { path: "Shell-Setup/RegisteredOrganization", maxLength: 256 },
  { path: "UserData/FullName", maxLength: limits.fullName, empty: false },
  { path: "UserData/Organization", maxLength: limits.fullName, empty: false },
  { path: "ProductKey/Key", empty: false },
  { path: "MetaData/Key", empty: false },
  { path: "MetaData/Value", empty: false },
  { path: "SetupUILanguage/UILanguage", empty: false },
  { path: "AutoLogon/Username", maxLength: 256, empty: false },
  { path: "LocalAccount/Name", maxLength: limits.userName, empty: false },
  { path: "LocalAccount/Description", maxLength: 256 },
  { path: "LocalAccount/DisplayName", maxLength: 256 },
  { path: "LocalAccount/Group", maxLength: 256 },
  { path: "PathAndCredentials/Path", maxLength: limits.driverPath, empty: false },
  { path: "Interface/Identifier", maxLength: 256, empty: false },
  { path: "UnicastIpAddresses/IpAddress", empty: false },
  { path: "SynchronousCommand/CommandLine", maxLength: limits.firstLogonCommand },
  { path: "SynchronousCommand/Description", maxLength: limits.firstLogonDescription },
  {
    path: "Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand/Path",
    maxLength: limits.runSynchronous,
    empty: false,
  },
  {
    path: "Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand/Description",
    maxLength: limits.runSynchronous,
    empty: false,
  },
  {
    path: "Microsoft-Windows-Setup/RunSynchronous/RunSynchronousCommand/Path",
    maxLength: limits.windowsPeCommand,
    empty: false,
  },
];
