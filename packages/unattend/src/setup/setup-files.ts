import { answerMedium } from "../catalogue/catalogue.ts";
import type { GuestProfile } from "../catalogue/profile.ts";
import { driverFiles } from "../drivers/medium.ts";
import { throwFaults } from "../errors.ts";
import type { FileMap } from "../media/file-map.ts";
import { crLf, readAsset } from "./assets.ts";
import type { SetupOptions } from "./options.ts";
import { checkSetupOptions } from "./rules.ts";
import { setupCmd, specializeCmd } from "./scripts.ts";
import { accountFile, accountTemplate } from "./steps/account.ts";
import { cygwinPackages } from "./steps/cygwin.ts";
import { unzipsByItself, windowsSshdConfig } from "./steps/openssh.ts";
import { builds, windowsVersion } from "./windows.ts";
import type { WindowsVersion } from "./windows.ts";
import { providerOf } from "./provider.ts";

/** The label of the set-up medium's volume. */
export const setupLabel = "WINVM";

/**
 * The files of the set-up medium, an ISO with the label `WINVM`: everything in the directory `winvm`, drivers in
 * `$WinPEDriver$`, and the answer file in the root where Setup reads it from a CD. The same input gives the same bytes.
 *
 * @throws UnattendError `UNATTEND_OPTIONS_INVALID` with every fault in `data.faults`.
 */
export function setupFiles(profile: GuestProfile, options: SetupOptions): FileMap {
  const asked = `make the set-up medium for ${profile.title}`;
  throwFaults("UNATTEND_OPTIONS_INVALID", asked, checkSetupOptions(profile, options));
  const { answer, smb, launcher } = options;
  const onCd = answerMedium(profile, options.firmware) === "cdrom";
  return {
    ...(answer !== undefined && onCd ? { [answer.fileName]: answer.bytes } : {}),
    ...driverFiles(options.drivers ?? []),
    ...scripts(profile, options),
    "winvm/authorized_keys": lines([options.authorizedKey]),
    "winvm/credentials": lines([`username=${smb.user}`, `password=${smb.password}`]),
    "winvm/settings": settings(profile, options),
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

function scripts(profile: GuestProfile, options: SetupOptions): FileMap {
  const version = windowsVersion(profile, options.build);
  if (version === undefined) return { "winvm/setup.sh": readAsset("setup.sh") };
  return {
    "winvm/setup.cmd": setupCmd(profile, version, options),
    "winvm/watchdog.cmd": readAsset("watchdog.cmd"),
    "winvm/specialize.cmd": specializeCmd(version),
    [`winvm/${accountFile}`]: crLf(accountTemplate.map((line) => `${line}\n`).join("")),
    ...(version.build < builds.vista
      ? {}
      : { "winvm/ErrorHandler.cmd": readAsset("ErrorHandler.cmd") }),
    ...(providerOf(profile, options) === "cygwin"
      ? cygwinFiles(options)
      : openSshFiles(profile, version, options)),
  };
}

function cygwinFiles({ cygwinPackages: packages }: SetupOptions): FileMap {
  return {
    "winvm/setup.sh": readAsset("setup.sh"),
    "winvm/winvm-mount-shares": readAsset("winvm-mount-shares"),
    ...(packages === undefined ? {} : { "winvm/cygwin-packages": lines(packages) }),
  };
}

function openSshFiles(
  profile: GuestProfile,
  version: WindowsVersion,
  options: SetupOptions,
): FileMap {
  const { openSsh } = options;
  return {
    "winvm/mount-shares.cmd": readAsset("mount-shares.cmd"),
    "winvm/start-service.cmd": readAsset("start-service.cmd"),
    "winvm/sshd_config": crLf(windowsSshdConfig.map((line) => `${line}\n`).join("")),
    ...(openSsh === undefined || providerOf(profile, options) !== "win32-openssh"
      ? {}
      : {
          [`winvm/openssh.${openSsh.form}`]: Buffer.from(openSsh.bytes),
          ...(openSsh.form === "zip" && !unzipsByItself(version)
            ? { "winvm/unzip.vbs": readAsset("unzip.vbs") }
            : {}),
        }),
  };
}

function settings(profile: GuestProfile, options: SetupOptions): Buffer {
  return lines([
    `guest=${profile.name}`,
    `server=${options.server ?? "192.168.0.2"}`,
    `shellRoot=${profile.shellRoot}`,
    ...(providerOf(profile, options) === "cygwin" ? [`packages=${cygwinPackages.join(",")}`] : []),
  ]);
}

function lines(items: readonly string[]): Buffer {
  return Buffer.from(items.map((item) => `${item}\n`).join(""));
}
