import type { GuestProfile } from "../catalogue/profile.ts";
import { specializeCommands } from "./commands.ts";
import { listItem, plainSettings } from "./document.ts";
import type { ComponentSettings } from "./document.ts";
import type { CompleteAnswerOptions, GuestNetwork } from "./options.ts";
import { element } from "./xml.ts";
import type { XmlElement } from "./xml.ts";

/** The pass that makes the installed image this machine's own: name, clock, address, what is switched off. */
export function specialize(
  profile: GuestProfile,
  options: CompleteAnswerOptions,
): ComponentSettings[] {
  const commands = specializeCommands(profile);
  return [
    ...(commands.length === 0
      ? []
      : [{ component: "Microsoft-Windows-Deployment", settings: [runSynchronous(commands)] }]),
    {
      component: "Microsoft-Windows-Shell-Setup",
      settings: plainSettings({ ComputerName: options.computerName, TimeZone: options.timeZone }),
    },
    { component: "Microsoft-Windows-TCPIP", settings: [interfaces(options.network)] },
    ...Object.entries(profile.setup.specialize).map(([component, values]) => ({
      component,
      settings: plainSettings(values),
    })),
  ];
}

function runSynchronous(commands: readonly string[]): XmlElement {
  const items = commands.map((command, at) =>
    listItem(
      "RunSynchronousCommand",
      plainSettings({
        Description: "winvm set-up",
        Order: String(at + 1),
        Path: command,
        WillReboot: "OnRequest",
      }),
    ),
  );
  return element("RunSynchronous", items);
}

// The children of Interface are read in this order only (Microsoft, Unattend reference, TCPIP/Interfaces).
function interfaces({ address, mac }: GuestNetwork): XmlElement {
  return element("Interfaces", [
    listItem("Interface", [
      element("Ipv4Settings", plainSettings({ DhcpEnabled: "false" })),
      element("Ipv6Settings", plainSettings({ DhcpEnabled: "false" })),
      // A MAC address with dashes names the card (the same reference, Interface/Identifier).
      element("Identifier", mac.toUpperCase().replaceAll(":", "-")),
      element("UnicastIpAddresses", [
        element("IpAddress", address, { "wcm:action": "add", "wcm:keyValue": "1" }),
      ]),
    ]),
  ]);
}
