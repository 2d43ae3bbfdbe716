import type { GuestProfile, TpmChoice } from "../catalogue/profile.ts";

// C: is the new disk; A: and B: are floppies, whose emptiness makes old Windows ask.
const mediaDrives = ["D", "E", "F", "G", "H", "I", "J", "K", "L", "M"];

/**
 * Runs a batch file of the set-up medium, whatever letter the medium has; an exit code other than 0 tells that there is none.
 * For winnt.sif without a `%`: nothing documents which of its readers would take one for a name to be replaced. Its
 * machine has one partition and three CDs, so three letters will do there.
 */
function onSetupMedium(file: string, { dialect }: GuestProfile): string {
  if (dialect === "sif") {
    const [last = "", ...others] = mediaDrives
      .slice(0, 3)
      .map((drive) => `${drive}:\\winvm\\${file}`)
      .reverse();
    const chain = others.reduce(
      (rest, one) => `if exist ${one} (call ${one}) else ${rest}`,
      `call ${last}`,
    );
    return `cmd.exe /c ${chain}`;
  }
  const script = `%d:\\winvm\\${file}`;
  return `cmd.exe /c (for %d in (${mediaDrives.join(" ")}) do if exist ${script} call ${script} && exit 0) & exit 3`;
}

/**
 * In the pass specialize, or at the end of GUI mode: what has to be in place before the first logon. In the pass it is
 * run with WillReboot=OnRequest, where any code but 0, 1 and 2 ends the installation.
 */
export function specializeCommands(profile: GuestProfile): string[] {
  return profile.setup.firstLogon === "batch" ? [onSetupMedium("specialize.cmd", profile)] : [];
}

/** In WinPE, before Setup looks at the machine: which of its demands it forgets. */
export function windowsPeCommands(profile: GuestProfile, tpm: TpmChoice): string[] {
  return profile.setup.requirementBypasses
    .filter((value) => tpm === "bypass" || value !== "BypassTPMCheck")
    .map((value) => `reg.exe add HKLM\\SYSTEM\\Setup\\LabConfig /v ${value} /t REG_DWORD /d 1 /f`);
}

/** At the first logon, one after the other: set-up, what the user adds, shutdown. */
export function firstLogonCommands(profile: GuestProfile, added: readonly string[]): string[] {
  const { firstLogon, shutdownCommand } = profile.setup;
  const setup =
    firstLogon === "batch" ? onSetupMedium("setup.cmd", profile) : shellSetup(profile.shellRoot);
  return [setup, ...added, shutdownCommand];
}

function shellSetup(shellRoot: string): string {
  const scan = [
    "for d in d e f g h; do s=/cygdrive/$d/winvm/setup.sh",
    "if [ -f $s ]; then exec bash $s; fi",
    "done",
    "echo no set-up medium >&2",
    "exit 3",
  ].join("; ");
  return `${shellRoot}\\bin\\bash.exe -l -c "${scan}"`;
}
