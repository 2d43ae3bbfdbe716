import { UNATTEND } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import type { OpenAnswer } from "../answer/open.ts";
import type { FilePart } from "../refusal.ts";
import { settingOf } from "../sif/parse.ts";
import { isPlayed, isPlayedOfSif } from "./played.ts";

/** What is judged: an element that holds no others, or a key of winnt.sif. */
export interface Leaf {
  readonly pass?: string;
  readonly setting: string;
  readonly line: number;
  /** Whether the reference guest does something about it. */
  readonly played: boolean;
  /** The parts of the file that it is in, itself last. */
  readonly within: readonly FilePart[];
}

/** All leaves of a file in its order; none where it cannot be read. */
export function leavesOf(answer: OpenAnswer): readonly Leaf[] {
  if (answer.kind === "unreadable") return [];
  if (answer.kind === "xml") return documentLeaves(answer.root);
  return [...answer.file.values()]
    .flatMap((section) =>
      section.entries.map((entry) => {
        const setting = settingOf(entry);
        const { line } = entry;
        return { setting, line, played: isPlayedOfSif(setting), within: [section, entry] };
      }),
    )
    .toSorted((one, other) => one.line - other.line);
}

function documentLeaves(root: AnswerElement): Leaf[] {
  if (root.children.length === 0) return elementLeaves(root, root.name, undefined, []);
  return root.children.flatMap((settings) => {
    if (settings.name !== "settings" || settings.uri !== UNATTEND || settings.children.length === 0)
      return elementLeaves(settings, settings.name, passOf(settings), [root]);
    return settings.children.flatMap((component) => {
      const name = component.attributes.get("name")?.value ?? component.name;
      return elementLeaves(component, name, passOf(settings), [root, settings]);
    });
  });
}

function passOf(settings: AnswerElement): string | undefined {
  return settings.attributes.get("pass")?.value;
}

function elementLeaves(
  element: AnswerElement,
  setting: string,
  pass: string | undefined,
  above: readonly FilePart[],
): Leaf[] {
  const within = [...above, element];
  if (element.children.length > 0)
    return element.children.flatMap((child) =>
      elementLeaves(child, `${setting}/${child.name}`, pass, within),
    );
  const { line } = element;
  const played = isPlayed(pass, setting);
  return [{ ...(pass !== undefined && { pass }), setting, line, played, within }];
}
