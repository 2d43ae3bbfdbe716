import type { GuestProfile } from "../../catalogue/profile.ts";
import { firstLogonCommands } from "../commands.ts";
import type { CompleteAnswerOptions } from "../options.ts";

const registry = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion";

// 2003 asks for a second disc, opens a wizard, and wants a reason for each shutdown.
const quietServer = [
  `reg add "${registry}\\R2Setup" /v cd2chain /t REG_DWORD /d 0 /f`,
  `reg add "${registry}\\srvWiz" /ve /t REG_DWORD /d 0 /f`,
  'reg add "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Reliability" /v ShutdownReasonOn /t REG_DWORD /d 0 /f',
];

/** At the first logon, one after the other, before there is a desktop. */
export function guiRunOnceCommands(
  profile: GuestProfile,
  { user, firstLogonCommands: added }: CompleteAnswerOptions,
): string[] {
  return [
    ...(profile.kind === "server" ? quietServer : []),
    // The group's name is English on English media only; elsewhere the account stays an ordinary one.
    ...(user === undefined
      ? []
      : [
          `net user "${user.name}" "${user.password}" /add`,
          `net localgroup Administrators "${user.name}" /add`,
        ]),
    ...firstLogonCommands(profile, added),
  ];
}
