import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { childrenOf, descend, textOf } from "../answer/element.ts";
import type { Refusal } from "../refusal.ts";
import type { SetupImage } from "../systems/system.ts";

const SETUP = "Microsoft-Windows-Setup";
const VALUE = `${SETUP}/ImageInstall/OSImage/InstallFrom/MetaData/Value`;

/** Whether InstallFrom names an image that can be there, and where the media are known, one that is. */
export function checkImage(
  document: AnswerDocument,
  images: readonly SetupImage[] | undefined,
): Refusal[] {
  const setup = component(document, "windowsPE", SETUP);
  const from = descend(setup, "ImageInstall", "OSImage", "InstallFrom");
  return childrenOf(from, "MetaData").flatMap((item): Refusal[] => {
    const key = textOf(item, "Key")?.toUpperCase();
    const value = textOf(item, "Value") ?? "";
    const refuse = (reason: string): Refusal[] => [
      { pass: "windowsPE", setting: VALUE, reason, line: item.line },
    ];
    if (key === "/IMAGE/INDEX" && !/^[1-9]\d*$/.test(value))
      return refuse(`${JSON.stringify(value)} is no index: they count from 1`);
    if (images === undefined || key === undefined) return [];
    const found = images.some(({ index, name, description }) =>
      key === "/IMAGE/INDEX"
        ? index === Number(value)
        : (key === "/IMAGE/NAME" ? name : description)?.toLowerCase() === value.toLowerCase(),
    );
    const all = images.map(({ index, name }) => `${index} ${name}`).join(", ");
    return found
      ? []
      : refuse(`${key} ${JSON.stringify(value)} is none of the media's images: ${all}`);
  });
}
