import type { GuestProfile } from "../catalogue/profile.ts";
import { firstLogonCommands } from "./commands.ts";
import { administrator } from "./defaults.ts";
import { listItem, plainSettings } from "./document.ts";
import type { ComponentSettings } from "./document.ts";
import type { CompleteAnswerOptions, GuestUser } from "./options.ts";
import { localeSettings } from "./locale-settings.ts";
import { element } from "./xml.ts";
import type { XmlElement } from "./xml.ts";

/** The pass of the welcome pages: none of them, one automatic logon, and the commands that it runs. */
export function oobeSystem(
  profile: GuestProfile,
  options: CompleteAnswerOptions,
): ComponentSettings[] {
  const password = plainSettings({ Value: options.administratorPassword, PlainText: "true" });
  const commands = firstLogonCommands(profile, options.firstLogonCommands);
  return [
    ...(profile.setup.oobeInternational
      ? [
          {
            component: "Microsoft-Windows-International-Core",
            settings: plainSettings(localeSettings(options)),
          },
        ]
      : []),
    {
      component: "Microsoft-Windows-Shell-Setup",
      settings: [
        // Naming the built-in account here enables it; LogonCount has to be there too (Microsoft, AutoLogon).
        element("AutoLogon", [
          element("Password", password),
          ...plainSettings({ Enabled: "true", LogonCount: "1", Username: administrator }),
        ]),
        element("FirstLogonCommands", commands.map(synchronousCommand)),
        element("OOBE", plainSettings(profile.setup.oobe)),
        element("UserAccounts", [
          element("AdministratorPassword", password),
          ...localAccounts(options.user),
        ]),
      ],
    },
  ];
}

function localAccounts(user: GuestUser | undefined): XmlElement[] {
  if (user === undefined) return [];
  return [
    element("LocalAccounts", [
      listItem("LocalAccount", [
        element("Password", plainSettings({ Value: user.password, PlainText: "true" })),
        // Setup knows the groups by their English names, whatever the language (Microsoft, LocalAccount/Group).
        ...plainSettings({ DisplayName: user.name, Group: "Administrators", Name: user.name }),
      ]),
    ]),
  ];
}

function synchronousCommand(command: string, at: number): XmlElement {
  return listItem(
    "SynchronousCommand",
    plainSettings({
      CommandLine: command,
      Description: `winvm ${at + 1}`,
      Order: String(at + 1),
      RequiresUserInput: "false",
    }),
  );
}
