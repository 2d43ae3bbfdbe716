import { readFileSync } from "node:fs";

/** The scripts that go onto the set-up medium as they are. Batch files get CR LF, the others keep LF. */
export type AssetName =
  | "setup.sh"
  | "setup.cmd"
  | "specialize.cmd"
  | "ErrorHandler.cmd"
  | "winvm-mount-shares";

/** One of the package's script files, with the line ends that its reader wants. */
export function readAsset(name: AssetName): Buffer {
  // The same way from src/setup and from dist/setup.
  const text = readFileSync(new URL(`../../assets/${name}`, import.meta.url), "utf8");
  const lines = text.replaceAll("\r\n", "\n");
  return Buffer.from(name.endsWith(".cmd") ? lines.replaceAll("\n", "\r\n") : lines);
}
