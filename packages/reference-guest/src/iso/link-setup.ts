// A program: link-setup MAIN TO. Writes the TypeScript program MAIN with all modules that it imports as one script, types
// taken off: to load many modules takes an emulated machine longer than to run them. By itself, because Node prints a
// warning about the function that takes the types off.
import { readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { resolve } from "node:path";

const [main = "", to = ""] = process.argv.slice(2);
const linked = new Map<string, string>();
const open: string[] = [];
const parts = ['"use strict";\n'];

/** Links a module behind those that it imports; what stands for it in the script. */
function link(file: string): string {
  const known = linked.get(file);
  if (known !== undefined) return known;
  if (open.includes(file)) throw new Error(`modules import one another: ${open.join(", ")}`);
  open.push(file);
  const exported: string[] = [];
  const code = stripTypeScriptTypes(readFileSync(file, "utf8"), { mode: "strip" })
    .replaceAll(
      /^import \{([^}]*)\} from "([^"]+)";$/gm,
      (_, names: string, from: string) =>
        `const {${names.replaceAll(" as ", ": ")}} = ${from.startsWith(".") ? link(resolve(file, "..", from)) : `require("${from}")`};`,
    )
    .replaceAll(
      /^export ((?:async )?function|const|class) (\w+)/gm,
      (_, kind: string, name: string) => {
        exported.push(name);
        return `${kind} ${name}`;
      },
    );
  const rest = /^(?:import|export)\b.*$/m.exec(code)?.[0];
  if (rest !== undefined) throw new Error(`${file}: cannot be linked: ${rest}`);
  open.pop();
  const name = `module${linked.size}`;
  linked.set(file, name);
  parts.push(`const ${name} = (() => {\n${code}\nreturn { ${exported.join(", ")} };\n})();\n`);
  return name;
}

link(resolve(main));
writeFileSync(to, parts.join(""));
