import type { GuestProfile } from "../catalogue/profile.ts";
import { windowsPeCommands } from "./commands.ts";
import { diskConfiguration, installTo } from "./disks.ts";
import { listItem, plainSettings } from "./document.ts";
import type { ComponentSettings } from "./document.ts";
import type { CompleteAnswerOptions, ImageChoice } from "./options.ts";
import { localeSettings } from "./locale-settings.ts";
import { element } from "./xml.ts";
import type { XmlElement } from "./xml.ts";

/** The pass in which Setup asks for language, disk, image, key and licence. */
export function windowsPe(
  profile: GuestProfile,
  options: CompleteAnswerOptions,
): ComponentSettings[] {
  const { language, firmware } = options;
  return [
    {
      component: "Microsoft-Windows-International-Core-WinPE",
      settings: [
        element("SetupUILanguage", [element("UILanguage", language)]),
        ...plainSettings(localeSettings(options)),
      ],
    },
    ...drivers(options.drivers.filter((one) => typeof one === "string")),
    {
      component: "Microsoft-Windows-Setup",
      settings: [
        element("Diagnostics", [element("OptIn", "false")]),
        diskConfiguration(profile, firmware),
        element("DynamicUpdate", plainSettings({ Enable: "false", WillShowUI: "Never" })),
        element("ImageInstall", [
          element("OSImage", [...installFrom(options.image), installTo(profile, firmware)]),
        ]),
        ...runSynchronous(windowsPeCommands(profile, options.tpm)),
        userData(options),
      ],
    },
  ];
}

/** Drivers for Setup itself, which it installs too (Microsoft, Add Device Drivers to Windows During Windows Setup). */
function drivers(paths: readonly string[]): ComponentSettings[] {
  if (paths.length === 0) return [];
  const items = paths.map((path, at) =>
    element("PathAndCredentials", plainSettings({ Path: path }), {
      "wcm:action": "add",
      "wcm:keyValue": String(at + 1),
    }),
  );
  return [
    {
      component: "Microsoft-Windows-PnpCustomizationsWinPE",
      settings: [element("DriverPaths", items)],
    },
  ];
}

function installFrom(image: ImageChoice | undefined): XmlElement[] {
  if (image === undefined) return [];
  const metadata =
    "index" in image
      ? { Key: "/IMAGE/INDEX", Value: String(image.index) }
      : { Key: "/IMAGE/NAME", Value: image.name };
  return [element("InstallFrom", [listItem("MetaData", plainSettings(metadata))])];
}

function runSynchronous(commands: readonly string[]): XmlElement[] {
  if (commands.length === 0) return [];
  const items = commands.map((command, at) =>
    listItem("RunSynchronousCommand", plainSettings({ Order: String(at + 1), Path: command })),
  );
  return [element("RunSynchronous", items)];
}

function userData(options: CompleteAnswerOptions): XmlElement {
  const { productKey, fullName, organization } = options;
  return element("UserData", [
    ...plainSettings({ AcceptEula: "true", FullName: fullName, Organization: organization }),
    ...(productKey === undefined
      ? []
      : [element("ProductKey", plainSettings({ Key: productKey, WillShowUI: "OnError" }))]),
  ]);
}
