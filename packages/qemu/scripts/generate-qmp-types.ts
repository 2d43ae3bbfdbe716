/**
 * Writes src/qmp/schema.generated.ts and test/qmp/baseline.generated.ts from the installed QEMU. Its source tree has the
 * real names of types (qapi/*.json); a running QEMU masks them, which does not matter to TypeScript's structural types.
 *
 * Run by `pnpm generate`; another QEMU can be given as an argument.
 */
import { writeFileAtomically } from "@winvm/runtime";
import { fileURLToPath } from "node:url";
import { askSchema } from "./qmp-types/ask-schema.ts";
import { renderBaseline } from "./qmp-types/render-baseline.ts";
import { renderTypes } from "./qmp-types/render.ts";
import { SchemaReader } from "./qmp-types/schema-reader.ts";

const { version, entries } = await askSchema(process.argv[2] ?? "qemu-system-x86_64");
const schema = new SchemaReader(entries);
const files = {
  "../src/qmp/schema.generated.ts": renderTypes(schema, version),
  "../test/qmp/baseline.generated.ts": renderBaseline(schema, version),
};
for (const [name, text] of Object.entries(files)) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  await writeFileAtomically(path, text);
  console.log(`${path}: ${text.length} characters, from QEMU ${version}`);
}
