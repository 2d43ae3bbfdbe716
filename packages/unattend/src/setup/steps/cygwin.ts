import type { CygwinRelease } from "../../catalogue/profile.ts";
import { must, raw } from "../batch/step.ts";
import type { Step } from "../batch/step.ts";
import { wholeIndexCategory } from "../../catalogue/whole-index.ts";

/** What Cygwin's ssh-host-config calls, besides the category Base. */
export const cygwinPackages: readonly string[] = ["openssh", "cygrunsrv", "csih", "editrights"];

/** Cygwin's setup.exe by age: the last one for XP, those between, and the one of today. */
export type CygwinSetup = "2.874" | "2.912" | "current";

/** The age of the setup.exe that goes with a Cygwin. */
export function cygwinSetupFor({ version, setupVersion }: CygwinRelease): CygwinSetup {
  if (setupVersion === "2.874") return "2.874";
  return version === "current" ? "current" : "2.912";
}

// Which age knows what: the lists of options in Cygwin's FAQ (June 2017) and of setup 2.905, and main.cc of today. An
// option that setup does not know makes it print its help and end. --allow-unsupported-windows came after 2.877 (its
// release candidate on the list cygwin, 2016); without it a setup refuses what its own Cygwin no longer supports.
const anyWindows = "--allow-unsupported-windows";
const quiet = ["-q", "-L", "-n", "-N", "-d", "-X", "-A"];
const optionsByAge: Readonly<Record<CygwinSetup, readonly string[]>> = {
  // On XP nothing is elevated, so there is nothing to wait for.
  "2.874": quiet,
  "2.912": [...quiet, "-W", "--no-version-check", anyWindows],
  current: [...quiet, "-W", "--no-version-check", anyWindows, "--no-write-registry"],
};

/**
 * The arguments of Cygwin's setup.exe for an installation from a directory, without any question.
 *
 * @param directory - Windows path of the repository, or a batch variable for it
 * @param root - Windows path of the installation
 * @param choice - what is installed besides the category Base: `-P` with names, `-C` with categories, or a batch variable
 *   for it
 */
export function cygwinSetupArguments(
  setup: CygwinSetup,
  directory: string,
  root: string,
  choice: string,
): string {
  return [...optionsByAge[setup], `-l "${directory}"`, `-R "${root}"`, choice].join(" ");
}

/** Cygwin from the medium that has `cygwin\setup.exe`, then `setup.sh` in its shell. */
export function cygwinSteps(release: CygwinRelease, root: string): Step[] {
  const setup = cygwinSetupArguments(cygwinSetupFor(release), "%CYGWIN_MEDIUM%", root, "%CHOICE%");
  // An index of winvm's own has what is wanted and nothing else, so all of it is installed, by a category: its names may
  // be more than a line of cmd's can be long (8191 characters, KB 830473). Of a mirror's only what is needed.
  const index = `%CYGWIN_MEDIUM%\\${release.architecture}\\setup.ini`;
  const bash = `${root}\\bin\\bash.exe`;
  return [
    {
      name: "cygwin",
      minutes: 240,
      commands: [
        ...raw(
          'set "CYGWIN_MEDIUM="',
          'for %%d in (D E F G H I J K L M) do if exist "%%d:\\cygwin\\setup.exe" set "CYGWIN_MEDIUM=%%d:\\cygwin"',
          'if not defined CYGWIN_MEDIUM set "REASON=no medium holds cygwin\\setup.exe"',
          "if not defined CYGWIN_MEDIUM goto failed",
          // Setup writes a setup.log of its own into the current directory.
          'if not exist "%STATE%\\cygwin\\" md "%STATE%\\cygwin"',
          'cd /d "%STATE%\\cygwin"',
          'del /q "%STATE%\\cygwin-packages" 2>nul',
          `set "CHOICE=-P ${cygwinPackages.join(",")}"`,
          `find "category: ${wholeIndexCategory}" "${index}" >nul 2>&1`,
          `if not errorlevel 1 set "CHOICE=-C ${wholeIndexCategory}"`,
          `if not errorlevel 1 for /f "tokens=1,2" %%a in ('find "@ " "${index}"') do if "%%a"=="@" >>"%STATE%\\cygwin-packages" echo %%b`,
        ),
        must(`start "" /wait "%CYGWIN_MEDIUM%\\setup.exe" ${setup}`),
        ...raw(
          'cd /d "%STATE%"',
          `if not exist "${bash}" set "REASON=Cygwin's setup left no bash, see C:\\winvm\\cygwin\\setup.log"`,
          `if not exist "${bash}" goto failed`,
        ),
      ],
    },
    {
      // It has steps of its own and reports for itself.
      name: "setup-sh",
      minutes: 60,
      commands: [must(`"${bash}" -l /cygdrive/%MEDIUM:~0,1%/winvm/setup.sh`)],
    },
  ];
}
