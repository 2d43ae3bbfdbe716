// A program: strip-types FROM TO. Writes each TypeScript file below FROM as JavaScript below TO, its types taken off and
// its imports naming the JavaScript files. By itself, because Node prints a warning about the function that it uses.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";

const [from = "", to = ""] = process.argv.slice(2);
const names = readdirSync(from, { recursive: true, encoding: "utf8" });
for (const name of names.filter((item) => item.endsWith(".ts"))) {
  const script = stripTypeScriptTypes(readFileSync(join(from, name), "utf8"), { mode: "strip" });
  const file = join(to, `${name.slice(0, -3)}.js`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    script.replaceAll(/^((?:import|export)\b[^"]*from "\.[^"]*)\.ts";$/gm, '$1.js";'),
  );
}
