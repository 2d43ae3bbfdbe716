import { may, must, raw, setDword } from "../batch/step.ts";
import type { Command, Step } from "../batch/step.ts";
import { namedAtLogon, namedBeforeLogon } from "./account.ts";
import { builds } from "../windows.ts";
import type { WindowsVersion } from "../windows.ts";

const policies = "HKLM\\SOFTWARE\\Policies\\Microsoft";
const currentVersion = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion";
const winlogon = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon";
const control = "HKLM\\SYSTEM\\CurrentControlSet\\Control";

/** What is set on a Windows whatever its shell, in order; only with commands that this version has. */
export function systemSteps(version: WindowsVersion): Step[] {
  const commands = {
    account: version.build < builds.vista ? namedAtLogon : [],
    power: power(version),
    firewall: firewall(version),
    updates: updates(version),
    telemetry: telemetry(version),
    crashes: crashes(version),
    logon: logon(version),
    activation: activation(version),
  };
  return Object.entries(commands).flatMap(([name, list]) =>
    list.length === 0 ? [] : [{ name, minutes: 15, commands: list }],
  );
}

// A machine that nobody looks at must never sleep, must start from cold as the disk says, and has to take the power
// button for a shut-down, also when nobody is logged on.
function power({ build }: WindowsVersion): Command[] {
  const button = setDword(`${currentVersion}\\Policies\\System`, "ShutdownWithoutLogon", 1);
  if (build < builds.vista) {
    // Schemes have names in the media's language; number 3 is "Always On" (Windows XP, powercfg /?).
    const timeouts = ["monitor", "disk", "standby", "hibernate"].map(
      (one) => `/${one}-timeout-ac 0`,
    );
    return [
      may("powercfg /hibernate off"),
      may(`powercfg /change 3 /numerical ${timeouts.join(" ")}`),
      may("powercfg /setactive 3 /numerical"),
      may(button),
    ];
  }
  return [
    may("powercfg -H OFF"),
    ...["standby", "monitor", "disk"].map((one) => may(`powercfg -X -${one}-timeout-ac 0`)),
    may("powercfg -setacvalueindex SCHEME_CURRENT SUB_BUTTONS PBUTTONACTION 3"),
    may("powercfg -setactive SCHEME_CURRENT"),
    may(button),
  ];
}

// The only network is a private switch with the controller on it. The rule stays for whoever switches it on again.
function firewall({ build }: WindowsVersion): Command[] {
  if (build < builds.vista) {
    // XP before Service Pack 2 and 2003 before Service Pack 1 have neither a firewall of this kind nor the words.
    return [
      may("netsh firewall add portopening TCP 22 winvm-sshd"),
      may("netsh firewall set opmode mode=DISABLE profile=ALL"),
    ];
  }
  return [
    must(
      "netsh advfirewall firewall add rule name=winvm-sshd dir=in action=allow protocol=TCP localport=22",
    ),
    must("netsh advfirewall set allprofiles state off"),
  ];
}

function updates({ build }: WindowsVersion): Command[] {
  const services = ["wuauserv", ...(build < builds.windows10 ? [] : ["UsoSvc"])];
  return [
    must(setDword(`${policies}\\Windows\\WindowsUpdate\\AU`, "NoAutoUpdate", 1)),
    ...services.flatMap(switchOff),
    ...(build === builds.xp
      ? ["AntiVirus", "Firewall", "Updates"].map((one) =>
          may(setDword("HKLM\\SOFTWARE\\Microsoft\\Security Center", `${one}DisableNotify`, 1)),
        )
      : []),
  ];
}

function telemetry({ build }: WindowsVersion): Command[] {
  if (build < builds.vista) return [];
  return [
    may(setDword(`${policies}\\SQMClient\\Windows`, "CEIPEnable", 0)),
    ...(build < builds.windows10
      ? []
      : [
          may(setDword(`${policies}\\Windows\\DataCollection`, "AllowTelemetry", 0)),
          ...switchOff("DiagTrack"),
        ]),
  ];
}

function switchOff(service: string): Command[] {
  return [may(`sc config ${service} start= disabled`), may(`sc stop ${service}`)];
}

// No dialog may wait for somebody, and a clone that was cut off must not end in the repair menu.
function crashes({ build }: WindowsVersion): Command[] {
  const common = [may(setDword(`${control}\\CrashControl`, "AutoReboot", 1))];
  if (build < builds.vista) {
    return [
      ...common,
      may(setDword("HKLM\\SOFTWARE\\Microsoft\\DrWatson", "VisualNotification", 0)),
    ];
  }
  const reporting = "HKLM\\SOFTWARE\\Microsoft\\Windows\\Windows Error Reporting";
  return [
    ...common,
    may(setDword(reporting, "Disabled", 1)),
    may(setDword(reporting, "DontShowUI", 1)),
    may("bcdedit /set {current} bootstatuspolicy ignoreallfailures"),
    may("bcdedit /set {current} recoveryenabled no"),
  ];
}

// The account logs on by itself at every start, never has to change its password, and finds a desktop without windows.
function logon({ build, kind }: WindowsVersion): Command[] {
  return [
    may("net accounts /maxpwage:unlimited"),
    // XP counts down to 0 and then ends automatic logon, so there the count itself goes.
    build < builds.vista
      ? may(`reg delete "${winlogon}" /v AutoLogonCount /f`)
      : may(setDword(winlogon, "AutoLogonCount", 0)),
    ...(kind === "server" ? serverLogon(build) : []),
  ];
}

function serverLogon(build: number): Command[] {
  const tracker = may(setDword(`${policies}\\Windows NT\\Reliability`, "ShutdownReasonOn", 0));
  const manager = "HKLM\\SOFTWARE\\Microsoft\\ServerManager";
  if (build < builds.vista) {
    const wizard = "HKCU\\Software\\Microsoft\\Windows NT\\CurrentVersion\\srvWiz";
    return [tracker, may(`reg add "${wizard}" /ve /t REG_DWORD /d 0 /f`)];
  }
  return [
    tracker,
    may(setDword(manager, "DoNotOpenServerManagerAtLogon", 1)),
    ...(build < builds.windows8
      ? [may(setDword(`${manager}\\Oobe`, "DoNotOpenInitialConfigurationTasksAtLogon", 1))]
      : []),
  ];
}

// Nothing is activated: the log says until when this installation runs.
function activation({ build }: WindowsVersion): Command[] {
  if (build < builds.vista) return [];
  return [may('cscript //nologo "%SystemRoot%\\System32\\slmgr.vbs" /xpr')];
}

/** The commands that have to be done before the first logon. */
export function beforeFirstLogon(version: WindowsVersion): Command[] {
  return [
    ...(version.build < builds.vista ? [] : namedBeforeLogon),
    must(setDword(`${control}\\Windows`, "ErrorMode", 2)),
    ...(version.build < builds.vista ? beforeLogonOnXp(version) : beforeLogonOnVista(version)),
  ];
}

function beforeLogonOnXp({ kind }: WindowsVersion): Command[] {
  const reporting = "HKLM\\SOFTWARE\\Microsoft\\PCHealth\\ErrorReporting";
  const wizard = `${currentVersion}\\ServerOOBE\\SecurityOOBE`;
  return [
    must(setDword(reporting, "DoReport", 0)),
    must(setDword(reporting, "ShowUI", 0)),
    ...(kind === "server"
      ? [
          must(setDword(wizard, "DontLaunchSecurityOOBE", 0)),
          // R2 asks for its second disc at the first logon.
          must(setDword(`${currentVersion}\\R2Setup`, "cd2chain", 0)),
        ]
      : []),
  ];
}

function beforeLogonOnVista({ build, kind }: WindowsVersion): Command[] {
  const network = `${policies}\\Windows NT\\CurrentVersion\\NetworkList`;
  const since: readonly (readonly [number, string, string, number])[] = [
    [builds.windows8, `${control}\\Session Manager\\Power`, "HiberbootEnabled", 0],
    [builds.windows81, `${control}\\BitLocker`, "PreventDeviceEncryption", 1],
    [builds.windows10, `${policies}\\Windows\\CloudContent`, "DisableWindowsConsumerFeatures", 1],
    [builds.windows10v1607, `${control}\\FileSystem`, "LongPathsEnabled", 1],
    ...(kind === "server"
      ? []
      : ([[builds.windows11, `${currentVersion}\\OOBE`, "BypassNRO", 1]] as const)),
  ];
  return [
    ...errorHandler,
    // The first network that Windows meets is a private one, and nobody is asked about it.
    must(`reg add "${control}\\Network\\NewNetworkWindowOff" /f`),
    must(setDword(`${network}\\Signatures\\FirstNetwork`, "Category", 1)),
    ...since.flatMap(([first, key, value, number]) =>
      build < first ? [] : [must(setDword(key, value, number))],
    ),
  ];
}

// From here on a fatal error of Setup powers the machine off instead of showing a dialog.
const errorHandler: readonly Command[] = [
  ...raw('if not exist "%WINDIR%\\Setup\\Scripts\\" md "%WINDIR%\\Setup\\Scripts"'),
  must('copy /y "%~dp0ErrorHandler.cmd" "%WINDIR%\\Setup\\Scripts\\ErrorHandler.cmd"'),
];
