import { readFileSync } from "node:fs";

/** The scripts that go onto the set-up medium, some of them with lines to be filled in. */
export type AssetName =
  | "setup.sh"
  | "setup.cmd"
  | "specialize.cmd"
  | "watchdog.cmd"
  | "mount-shares.cmd"
  | "start-service.cmd"
  | "unzip.vbs"
  | "ErrorHandler.cmd"
  | "winvm-mount-shares";

/** One of the package's script files, its lines ended with LF. */
export function assetText(name: AssetName): string {
  // The same way from src/setup and from dist/setup.
  const text = readFileSync(new URL(`../../assets/${name}`, import.meta.url), "utf8");
  return text.replaceAll("\r\n", "\n");
}

/** One of the package's script files, with the line ends that its reader wants: CR LF for what Windows runs. */
export function readAsset(name: AssetName): Buffer {
  const text = assetText(name);
  return /\.(?:cmd|vbs)$/.test(name) ? crLf(text) : Buffer.from(text);
}

/** Lines that Windows reads. */
export function crLf(text: string): Buffer {
  return Buffer.from(text.replaceAll("\n", "\r\n"));
}
