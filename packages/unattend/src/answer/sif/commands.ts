import type { GuestProfile } from "../../catalogue/profile.ts";
import { firstLogonCommands } from "../commands.ts";
import type { CompleteAnswerOptions } from "../options.ts";

/** At the first logon, one after the other, before there is a desktop. */
export function guiRunOnceCommands(
  profile: GuestProfile,
  { user, firstLogonCommands: added }: CompleteAnswerOptions,
): string[] {
  return [
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
