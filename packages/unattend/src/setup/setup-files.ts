import { answerMedium } from "../catalogue/catalogue.ts";
import type { GuestProfile } from "../catalogue/profile.ts";
import { throwFaults } from "../errors.ts";
import type { FileMap } from "../media/file-map.ts";
import { readAsset } from "./assets.ts";
import type { SetupOptions } from "./options.ts";
import { checkSetupOptions } from "./rules.ts";

/** The label of the set-up medium's volume. */
export const setupLabel = "WINVM";

// What Cygwin's ssh-host-config calls, besides the category Base.
const cygwinPackages = ["openssh", "cygrunsrv", "csih", "editrights"];

/**
 * The files of the set-up medium, an ISO with the label `WINVM`: everything in the directory `winvm`, and the answer
 * file in the root where Setup reads it from a CD. The same input gives the same bytes.
 *
 * @throws UnattendError `UNATTEND_OPTIONS_INVALID` with every fault in `data.faults`.
 */
export function setupFiles(profile: GuestProfile, options: SetupOptions): FileMap {
  const asked = `make the set-up medium for ${profile.title}`;
  throwFaults("UNATTEND_OPTIONS_INVALID", asked, checkSetupOptions(options));
  const { answer, smb, launcher } = options;
  const onCd = answerMedium(profile, options.firmware) === "cdrom";
  return {
    ...(answer !== undefined && onCd ? { [answer.fileName]: answer.bytes } : {}),
    ...scripts(profile),
    "winvm/authorized_keys": lines([options.authorizedKey]),
    "winvm/credentials": lines([`username=${smb.user}`, `password=${smb.password}`]),
    "winvm/settings": settings(profile, options.server ?? "192.168.0.2"),
    "winvm/shares": lines(
      options.shares.map(({ tag, letter, guestPath, readOnly }) =>
        [tag, letter, guestPath, readOnly ? "ro" : "rw"].join("\t"),
      ),
    ),
    ...(launcher === undefined ? {} : { "winvm/winvm-launch.exe": Buffer.from(launcher) }),
  };
}

/**
 * What goes onto the floppy: the answer file, where Setup reads it from there, or undefined. Write it with
 * `writeFloppy`.
 */
export function floppyFiles(
  profile: GuestProfile,
  options: Pick<SetupOptions, "answer" | "firmware">,
): FileMap | undefined {
  const { answer, firmware } = options;
  if (answer === undefined || answerMedium(profile, firmware) !== "floppy") return undefined;
  return { [answer.fileName]: answer.bytes };
}

function scripts(profile: GuestProfile): FileMap {
  const shell = { "winvm/setup.sh": readAsset("setup.sh") };
  if (profile.shell === "builtin") return shell;
  return {
    ...shell,
    "winvm/ErrorHandler.cmd": readAsset("ErrorHandler.cmd"),
    "winvm/setup.cmd": readAsset("setup.cmd"),
    "winvm/specialize.cmd": readAsset("specialize.cmd"),
    "winvm/winvm-mount-shares": readAsset("winvm-mount-shares"),
  };
}

function settings(profile: GuestProfile, server: string): Buffer {
  return lines([
    `guest=${profile.name}`,
    `server=${server}`,
    `shellRoot=${profile.shellRoot}`,
    ...(profile.shell === "cygwin" ? [`packages=${cygwinPackages.join(",")}`] : []),
  ]);
}

function lines(items: readonly string[]): Buffer {
  return Buffer.from(items.map((item) => `${item}\n`).join(""));
}
