import type { PassName } from "../src/setup/answer/document.ts";
import { passLetters } from "../src/setup/rules/pass-letters.ts";

/** What the distilled documentation says of one setting. */
export interface DocumentedSetting {
  readonly passes: readonly PassName[];
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly empty?: boolean;
}

/** An entry of the table of components. */
export interface DocumentedComponent {
  readonly Id: string;
  readonly Passes: readonly PassName[];
}

/** Names that the pages of the settings spell otherwise than the component is called; blanks are dropped before. */
const misspelt: Readonly<Record<string, string>> = {
  "Microsoft-Windows-StorePort-RegistrySettings": "Microsoft-Windows-StorPort-RegistrySettings",
};

interface Node {
  readonly name: string;
  facts?: DocumentedSetting;
  readonly children: Map<string, Node>;
}

/**
 * The facts as src/setup/rules/settings-reference.generated.ts has them: a line for a component or setting, indented by
 * its depth: its name, the letters of its passes where they are not those of what it is in, `<N` for a length, `!` where
 * it may not be empty, `=A|B` for the values. Pure.
 */
export function renderSettingsReference(
  settings: Readonly<Record<string, DocumentedSetting>>,
  components: readonly DocumentedComponent[],
): string {
  const root: Node = { name: "", children: new Map() };
  const passes = new Map(components.map(({ Id, Passes }) => [Id.toLowerCase(), Passes]));
  for (const { Id } of components) node(root, [Id]);
  for (const [path, facts] of Object.entries(settings)) {
    const [component = "", ...rest] = path
      .replaceAll(" ", "")
      .split("/")
      .filter((part) => part !== "");
    node(root, [misspelt[component] ?? component, ...rest]).facts ??= facts;
  }
  const lines = sorted(root).flatMap((component) => {
    const own = passes.get(component.name.toLowerCase()) ?? union(component);
    return render(component, own, "", 0);
  });
  return `${head}export const settingsReference = \`\n${lines.join("\n")}\n\`;\n`;
}

const head = `// Made by scripts/generate-settings-reference.ts. Do not edit.
//
// Facts on the settings of answer files: which there are, in which passes they may stand, their legal values and
// lengths. They are restated from Microsoft's Unattended Windows Setup Reference, state of December 2018 (Windows 10
// 1809), https://learn.microsoft.com/windows-hardware/customize/desktop/unattend/, by Microsoft, CC-BY-4.0; the passes of
// components from cschneegans/unattend-generator, MIT.

/** See settings-reference.ts for the form. */
`;

function render(
  item: Node,
  inherited: readonly PassName[],
  shown: string,
  depth: number,
): string[] {
  const own = item.facts?.passes ?? [];
  const letters = passLetters(own.length > 0 ? own : inherited);
  const { enum: values, maxLength, empty } = item.facts ?? {};
  const line = [
    " ".repeat(depth) + item.name,
    ...(letters === shown ? [] : [letters]),
    ...(maxLength === undefined ? [] : [`<${maxLength}`]),
    ...(empty === false ? ["!"] : []),
    ...(values === undefined ? [] : [`=${values.join("|")}`]),
  ].join(" ");
  const below = own.length > 0 ? own : inherited;
  return [line, ...sorted(item).flatMap((child) => render(child, below, letters, depth + 1))];
}

function sorted(item: Node): Node[] {
  return [...item.children.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function node(root: Node, path: readonly string[]): Node {
  return path.reduce((at, name) => {
    const known = at.children.get(name.toLowerCase());
    if (known !== undefined) return known;
    const made: Node = { name, children: new Map() };
    at.children.set(name.toLowerCase(), made);
    return made;
  }, root);
}

function union(item: Node): PassName[] {
  const all = [item.facts?.passes ?? [], ...[...item.children.values()].map(union)].flat();
  return [...new Set(all)].sort();
}
