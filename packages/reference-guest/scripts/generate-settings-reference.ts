/**
 * Writes src/setup/rules/settings-reference.generated.ts from the distilled documentation, whose directory is the
 * argument. Run by `pnpm generate DIRECTORY`. It was distilled from the per-setting pages in the fork
 * sfigg/commercialization-public on GitHub at 34b0f79c731f807561ddc605baf101d58ce528db, `customize/desktop/unattend/*.md`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomically } from "@winvm/runtime";
import { renderSettingsReference } from "./settings-reference.ts";
import type { DocumentedComponent, DocumentedSetting } from "./settings-reference.ts";

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("which directory holds the documentation?");
const read = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), "utf8"));
const file = fileURLToPath(
  new URL("../src/setup/rules/settings-reference.generated.ts", import.meta.url),
);
const text = renderSettingsReference(
  read("msdocs-unattend-settings.json") as Record<string, DocumentedSetting>,
  read("cschneegans-Component.json") as DocumentedComponent[],
);
await writeFileAtomically(file, text);
console.log(`${file}: ${text.split("\n").length} lines`);
