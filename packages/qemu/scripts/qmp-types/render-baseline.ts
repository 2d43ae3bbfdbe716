import type { SchemaReader } from "./schema-reader.ts";
import { selectedCommands } from "./selection.ts";

/** The part of the schema that the types were made from, as a module for the test that compares QEMUs. */
export function renderBaseline(schema: SchemaReader, version: string): string {
  const roots = [...selectedCommands, ...schema.events().map(({ name }) => name)];
  const entries = schema.closure(roots).map((entry) => `  ${JSON.stringify(entry)},`);
  return [
    `// Made by scripts/generate-qmp-types.ts from the QMP schema of QEMU ${version}. Do not edit.`,
    'import type { SchemaEntry } from "../../scripts/qmp-types/schema-reader.ts";',
    "",
    "export const baseline: readonly SchemaEntry[] = [",
    ...entries,
    "];",
    "",
  ].join("\n");
}
