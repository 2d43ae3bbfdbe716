import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { child, childrenOf, descend, textOf } from "../answer/element.ts";
import type { Finding } from "../refusal.ts";

const SETUP = "Microsoft-Windows-Setup";
const VALUE = `${SETUP}/ImageInstall/OSImage/InstallFrom/MetaData/Value`;

/** Whether InstallFrom names an image by an index that can be. */
export function checkImage(document: AnswerDocument): Finding[] {
  const setup = component(document, "windowsPE", SETUP);
  const from = descend(setup, "ImageInstall", "OSImage", "InstallFrom");
  return childrenOf(from, "MetaData").flatMap((item): Finding[] => {
    const value = textOf(item, "Value") ?? "";
    if (textOf(item, "Key")?.toUpperCase() !== "/IMAGE/INDEX" || /^[1-9]\d*$/.test(value))
      return [];
    const reason = `${JSON.stringify(value)} is no index: they count from 1`;
    return [{ pass: "windowsPE", setting: VALUE, reason, at: child(item, "Value") ?? item }];
  });
}
