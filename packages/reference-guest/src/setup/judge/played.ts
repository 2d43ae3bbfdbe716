const SHELL = "microsoft-windows-shell-setup";
const SETUP = "microsoft-windows-setup";

/** Beginnings of the paths, in lower case, of what the reference guest does something about. */
const played: readonly string[] = [
  `${SETUP}/diskconfiguration/disk/`,
  `${SETUP}/imageinstall/osimage/installto/`,
  `${SETUP}/userdata/accepteula`,
  `${SETUP}/runsynchronous/`,
  "microsoft-windows-deployment/runsynchronous/",
  `${SHELL}/computername`,
  `${SHELL}/autologon/enabled`,
  `${SHELL}/autologon/username`,
  `${SHELL}/firstlogoncommands/`,
  `${SHELL}/useraccounts/localaccounts/localaccount/group`,
  `${SHELL}/useraccounts/localaccounts/localaccount/name`,
  "microsoft-windows-tcpip/interfaces/interface/identifier",
  "microsoft-windows-tcpip/interfaces/interface/ipv4settings/dhcpenabled",
  "microsoft-windows-tcpip/interfaces/interface/unicastipaddresses/",
  "microsoft-windows-tcpip/interfaces/interface/routes/",
];

/** Sections and keys of winnt.sif, likewise. */
const playedInSif: readonly string[] = [
  "data/",
  "unattended/unattendmode",
  "unattended/oemskipeula",
  "unattended/repartition",
  "userdata/computername",
  "setupparams/userexecute",
  "guirunonce/",
  "params.",
];

/** Whether the reference guest plays what a setting asks for, or only knows that it is legal. */
export function isPlayed(pass: string | undefined, setting: string): boolean {
  const commands = pass === "windowsPE" || pass === "specialize" || pass === "oobeSystem";
  return commands && begins(setting, played);
}

/** The same for a `section/key` of winnt.sif. */
export function isPlayedOfSif(setting: string): boolean {
  return begins(setting, playedInSif);
}

function begins(setting: string, beginnings: readonly string[]): boolean {
  const path = setting.toLowerCase();
  return beginnings.some((beginning) => path.startsWith(beginning));
}
