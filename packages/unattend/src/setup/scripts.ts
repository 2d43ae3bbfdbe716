import { cygwinFor } from "../catalogue/catalogue.ts";
import type { GuestProfile } from "../catalogue/profile.ts";
import { assetText, crLf } from "./assets.ts";
import { fillIn, specializeLines, stepLines } from "./batch/batch-file.ts";
import type { Step } from "./batch/step.ts";
import type { SetupOptions } from "./options.ts";
import { cygwinSteps } from "./steps/cygwin.ts";
import { inBoxSteps, win32OpenSshSteps } from "./steps/openssh.ts";
import { smbClientStep } from "./steps/smb-client.ts";
import { beforeFirstLogon, systemSteps } from "./steps/system.ts";
import { builds } from "./windows.ts";
import type { WindowsVersion } from "./windows.ts";
import { providerOf } from "./provider.ts";

type ScriptOptions = Pick<SetupOptions, "provider" | "openSsh" | "windowsShell">;

/** Everything that `setup.cmd` does on this Windows, in order. */
export function setupSteps(
  profile: GuestProfile,
  version: WindowsVersion,
  options: ScriptOptions,
): Step[] {
  return [
    ...systemSteps(version),
    smbClientStep(version),
    ...shellSteps(profile, version, options),
  ];
}

function shellSteps(
  profile: GuestProfile,
  version: WindowsVersion,
  options: ScriptOptions,
): Step[] {
  const { openSsh, windowsShell = "cmd" } = options;
  const provider = providerOf(profile, options);
  const cygwin = cygwinFor(profile);
  if (provider === "in-box") return inBoxSteps(windowsShell);
  if (provider === "win32-openssh" && openSsh !== undefined)
    return win32OpenSshSteps(version, openSsh.form, windowsShell);
  return cygwin === undefined ? [] : cygwinSteps(cygwin, profile.shellRoot);
}

/** The batch file of the first logon. */
export function setupCmd(
  profile: GuestProfile,
  version: WindowsVersion,
  options: ScriptOptions,
): Buffer {
  const provider = providerOf(profile, options);
  const filled = [
    ["early", version.build < builds.vista ? duringSetup : []],
    ["steps", stepLines(setupSteps(profile, version, options))],
    ["finish", provider === "cygwin" ? installedByShell : installed],
  ] as const;
  return crLf(
    filled.reduce((text, [name, lines]) => fillIn(text, name, lines), assetText("setup.cmd")),
  );
}

// XP's Setup calls UserExecute while it still runs, as SYSTEM and without a network.
const duringSetup: readonly string[] = [
  "rem Called while Setup still runs: everything waits for the first logon.",
  'for /f "tokens=3" %%a in (\'reg query HKLM\\SYSTEM\\Setup /v SystemSetupInProgress 2^>nul\') do if "%%a"=="0x1" exit /b 0',
];

// setup.sh has told everything already.
const installedByShell: readonly string[] = ['del /q "%STATE%\\steps" 2>nul'];

// What setup.sh says in Cygwin.
const installed: readonly string[] = [
  'for /f "usebackq tokens=1* delims==" %%a in ("%MEDIUM%settings") do if "%%a"=="guest" >"%STATE%\\installed.new" echo guest=%%b',
  'for /f "tokens=*" %%a in (\'ver\') do >>"%STATE%\\installed.new" echo system=%%a',
  'type "%STATE%\\steps" >>"%STATE%\\installed.new"',
  'del /q "%STATE%\\steps"',
  'move /y "%STATE%\\installed.new" "%STATE%\\installed" >nul',
  ">COM1 echo winvm-setup: installed",
];

/** The batch file that runs before the first logon. */
export function specializeCmd(version: WindowsVersion): Buffer {
  const lines = specializeLines(beforeFirstLogon(version));
  return crLf(fillIn(assetText("specialize.cmd"), "commands", lines));
}
