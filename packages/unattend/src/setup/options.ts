import type { AnswerFile } from "../answer/answer-file.ts";
import type { Firmware, ShellProvider } from "../catalogue/profile.ts";
import type { DriverPlace } from "../drivers/folder.ts";
import type { OpenSshForm, WindowsShell } from "./steps/openssh.ts";

/** A share of the controller as the guest sees it. */
export interface SetupShare {
  /** Name of the Samba section; the content is one level below, in `io`. */
  readonly tag: string;
  /** Drive letter, `D` to `Z`, without a colon. */
  readonly letter: string;
  /** Where the POSIX side has it: an absolute path without white space. */
  readonly guestPath: string;
  readonly readOnly: boolean;
}

/** What the set-up medium is made from, besides the profile. */
export interface SetupOptions {
  /** The public key that may log in, as one line of `authorized_keys`. */
  readonly authorizedKey: string;
  /** The account on the controller's Samba. */
  readonly smb: { readonly user: string; readonly password: string };
  /** All shares that the guest will ever have. */
  readonly shares: readonly SetupShare[];
  /** Name or address of the controller. `192.168.0.2` when absent. */
  readonly server?: string | undefined;
  /** The bytes of `winvm-launch.exe`; left out when absent. */
  readonly launcher?: Uint8Array | undefined;
  /** What brings shell and SSH server; the profile's first when absent. */
  readonly provider?: ShellProvider | undefined;
  /**
   * Names of all packages that Cygwin's setup has to install, dependencies included. It drops in silence those that
   * it has no file of; with this list the guest finds out.
   */
  readonly cygwinPackages?: readonly string[] | undefined;
  /** The bytes of Win32-OpenSSH, as its project publishes them; needed with that provider. */
  readonly openSsh?: { readonly form: OpenSshForm; readonly bytes: Uint8Array } | undefined;
  /** The edition on the media, by its name in the catalogue or on its image; it is only checked against what is to be installed. */
  readonly edition?: string | undefined;
  /** What an SSH session gets where there is no Cygwin. `cmd` when absent. */
  readonly windowsShell?: WindowsShell | undefined;
  /** The build of the Windows on the media, one of the profile's or a later one of it; the newest of them when absent. */
  readonly build?: number | undefined;
  /** As in the answer file. What was read from this host goes onto this medium. */
  readonly drivers?: readonly DriverPlace[] | undefined;
  /** Goes onto this medium where Setup reads it from a CD. */
  readonly answer?: AnswerFile | undefined;
  /** The machine's firmware, which decides where the answer file goes; the profile's when absent. */
  readonly firmware?: Firmware | undefined;
}
