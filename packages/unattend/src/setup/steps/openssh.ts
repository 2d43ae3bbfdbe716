import type { Architecture } from "../../catalogue/profile.ts";
import { may, must, raw, setText } from "../batch/step.ts";
import type { Command, Step } from "../batch/step.ts";
import { builds } from "../windows.ts";
import type { WindowsVersion } from "../windows.ts";

/** What an SSH session is given where there is no POSIX shell. */
export type WindowsShell = "cmd" | "powershell";

/** How the bytes of Win32-OpenSSH are packed. */
export type OpenSshForm = "zip" | "msi";

/**
 * The configuration of Windows' sshd. One file of keys for everybody who may log in: `Match Group administrators`, as
 * the sample has it, names a group whose name is another one in other languages.
 */
export const windowsSshdConfig: readonly string[] = [
  "# winvm: keys only; a connection outlives a stop of the machine",
  "PasswordAuthentication no",
  "UseDNS no",
  "TCPKeepAlive no",
  "AuthorizedKeysFile __PROGRAMDATA__/ssh/administrators_authorized_keys",
  "Subsystem sftp sftp-server.exe",
];

const programs = "%ProgramFiles%\\OpenSSH";
const data = "%ProgramData%\\ssh";
const powershell = "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass";

/** Win32-OpenSSH from the set-up medium: unpacked, or installed, as a service. */
export function win32OpenSshSteps(
  version: WindowsVersion,
  form: OpenSshForm,
  shell: WindowsShell,
): Step[] {
  const commands = form === "msi" ? msi : zip(version);
  return [{ name: "openssh", minutes: 60, commands }, sshdStep(shell), sharesStep];
}

/** The OpenSSH server that is part of Server 2025, switched on. */
export function inBoxSteps(shell: WindowsShell): Step[] {
  return [sshdStep(shell), sharesStep];
}

// 3010: done, and a restart is wanted, which comes anyway.
const msi: readonly Command[] = [
  must(
    'start "" /wait msiexec /i "%MEDIUM%openssh.msi" /qn /norestart /l*v "%STATE%\\openssh-msi.log"',
    3010,
  ),
];

/**
 * Whether a Windows brings what unpacks a zip without a desktop: the class came with .NET 4.5, which 8 and 2012 have
 * (Microsoft, .NET Framework versions; ZipFile). Older ones unpack with the Explorer's object.
 */
export function unzipsByItself({ build }: Pick<WindowsVersion, "build">): boolean {
  return build >= builds.windows8;
}

function zip(version: WindowsVersion): Command[] {
  const source = "%MEDIUM%openssh.zip";
  const target = "%STATE%\\unpacked";
  const unpacked = `${target}\\${zipRoot[version.architecture]}`;
  return [
    unzipsByItself(version)
      ? must(
          // What an earlier run of it has left would be an error.
          `${powershell} -Command "$ErrorActionPreference = 'Stop'; if (Test-Path '${target}') { Remove-Item -Recurse -Force '${target}' }; Add-Type -AssemblyName System.IO.Compression.FileSystem; [IO.Compression.ZipFile]::ExtractToDirectory('${source}', '${target}')"`,
        )
      : must(`cscript //nologo //b "%MEDIUM%unzip.vbs" "${source}" "${target}"`),
    must(`xcopy /e /i /q /y "${unpacked}" "${programs}"`),
    may(`rd /s /q "${target}"`),
    must(`${powershell} -File "${programs}\\install-sshd.ps1"`),
  ];
}

const zipRoot: Readonly<Record<Architecture, string>> = {
  amd64: "OpenSSH-Win64",
  x86: "OpenSSH-Win32",
};

// The first start makes the directory, with its rights, and the host keys; so it comes before our files do.
function sshdStep(shell: WindowsShell): Step {
  return {
    name: "sshd",
    minutes: 60,
    commands: [
      must("sc config sshd start= auto"),
      ...raw(
        'call "%MEDIUM%start-service.cmd" sshd',
        `if not exist "${data}\\" set "REASON=the service sshd never ran: it made no ${data}"`,
        "if defined REASON goto failed",
      ),
      must(`copy /y "%MEDIUM%sshd_config" "${data}\\sshd_config"`),
      must(`copy /y "%MEDIUM%authorized_keys" "${data}\\administrators_authorized_keys"`),
      must(onlyForAdministrators(`${data}\\administrators_authorized_keys`)),
      must(setText("HKLM\\SOFTWARE\\OpenSSH", "DefaultShell", shellPath[shell])),
      may("net stop sshd"),
      ...raw(
        'call "%MEDIUM%start-service.cmd" sshd',
        'if not defined RUNS set "REASON=the service sshd does not run, see C:\\winvm\\service"',
        "if defined REASON goto failed",
      ),
    ],
  };
}

const shellPath: Readonly<Record<WindowsShell, string>> = {
  cmd: "%SystemRoot%\\System32\\cmd.exe",
  powershell: "%SystemRoot%\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
};

const sharesStep: Step = {
  name: "shares",
  minutes: 15,
  commands: [
    ...["settings", "shares", "mount-shares.cmd", "credentials"].map((file) =>
      must(`copy /y "%MEDIUM%${file}" "%STATE%\\${file}"`),
    ),
    must(onlyForAdministrators("%STATE%\\credentials")),
    ...raw('if exist "%MEDIUM%winvm-launch.exe" copy /y "%MEDIUM%winvm-launch.exe" "%STATE%" >nul'),
  ],
};

// Administrators and SYSTEM by their numbers, which are the same in every language.
function onlyForAdministrators(file: string): string {
  return `icacls "${file}" /inheritance:r /grant "*S-1-5-32-544:F" /grant "*S-1-5-18:F"`;
}
