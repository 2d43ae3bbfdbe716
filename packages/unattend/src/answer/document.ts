import type { Architecture } from "../catalogue/profile.ts";
import { element } from "./xml.ts";
import type { XmlElement } from "./xml.ts";

/** The passes of Windows Setup that we use, in their order. */
export type SetupPass = "windowsPE" | "specialize" | "oobeSystem";

/** The settings of one component in one pass. */
export interface ComponentSettings {
  readonly component: string;
  readonly settings: readonly XmlElement[];
}

/** An answer file before it is text. */
export type AnswerDocument = Readonly<Record<SetupPass, readonly ComponentSettings[]>>;

/** Setup's own order of passes, and so the order in the file. */
export const passes: readonly SetupPass[] = ["windowsPE", "specialize", "oobeSystem"];

const wcm = "http://schemas.microsoft.com/WMIConfig/2002/State";

/** An item of a list: Setup takes it only with this action. */
export function listItem(name: string, content: string | readonly XmlElement[]): XmlElement {
  return element(name, content, { "wcm:action": "add" });
}

/** Settings with plain values, in the given order. */
export function plainSettings(values: Readonly<Record<string, string>>): XmlElement[] {
  return Object.entries(values).map(([name, value]) => element(name, value));
}

/** The whole document as one element. Components without settings and passes without components are left out. */
export function documentElement(document: AnswerDocument, architecture: Architecture): XmlElement {
  const used = passes.filter((pass) => document[pass].length > 0);
  return element(
    "unattend",
    used.map((pass) =>
      element(
        "settings",
        document[pass].map(({ component, settings }) =>
          element("component", settings, {
            name: component,
            processorArchitecture: architecture,
            publicKeyToken: "31bf3856ad364e35",
            language: "neutral",
            versionScope: "nonSxS",
          }),
        ),
        { pass },
      ),
    ),
    { xmlns: "urn:schemas-microsoft-com:unattend", "xmlns:wcm": wcm },
  );
}
