import { cp, mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "@winvm/runtime";
import { setupSources } from "./guest-files.ts";
import { nodeProgram, packageDirectory } from "./node-program.ts";

// Beside this file, as TypeScript in the repository and as JavaScript where it is built.
const linkSetup = fileURLToPath(
  new URL(`./link-setup${extname(import.meta.url)}`, import.meta.url),
);

/**
 * Fills a directory with what Setup runs in the guest: Node, the reader of answer files as one script, and the packages
 * that it imports. It is made here: in the guest that would cost seconds.
 */
export async function writeSetupCode(directory: string, signal: AbortSignal): Promise<void> {
  await mkdir(join(directory, "app/setup"), { recursive: true });
  await cp(nodeProgram(), join(directory, "node"));
  await runProgram(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      linkSetup,
      join(setupSources, "main.ts"),
      join(directory, "app/setup/main.js"),
    ],
    { asked: "turn Setup into JavaScript", signal },
  );
  const modules = join(directory, "app/node_modules");
  const saxes = packageDirectory("saxes");
  await copyPackage(saxes, join(modules, "saxes"));
  await copyPackage(
    packageDirectory("xmlchars", join(saxes, "package.json")),
    join(modules, "xmlchars"),
  );
}

function copyPackage(from: string, to: string): Promise<void> {
  return cp(from, to, {
    recursive: true,
    dereference: true,
    filter: (source) =>
      !/\.(map|md|d\.ts)$/.test(source) && !source.slice(from.length).includes("node_modules"),
  });
}
