import { join } from "node:path";
import type { DebianPackage } from "./package.ts";

// 'http://…/x_1%2b2_amd64.deb' x_1+2_amd64.deb 1234 SHA256:…
const LINE = /^'[^']*' (\S+)_(\S+)_([^_\s]+)\.deb (\d+) SHA256:([0-9a-f]{64})$/;

/**
 * Reads the output of `apt-get --print-uris` (with `Acquire::ForceHash=SHA256`): one package a line, in apt's own
 * order. Lines of any other form are returned as `rest`. The epoch's colon is `%3a` in a file name.
 */
export function parsePrintUris(
  output: string,
  debDirectory: string,
): { readonly packages: DebianPackage[]; readonly rest: string[] } {
  const packages: DebianPackage[] = [];
  const rest: string[] = [];
  for (const line of output.split("\n")) {
    if (line.trim() === "") continue;
    const match = LINE.exec(line);
    if (match === null) {
      rest.push(line);
      continue;
    }
    const [, name = "", version = "", architecture = "", size = "", sha256 = ""] = match;
    packages.push({
      name,
      version: version.replaceAll("%3a", ":"),
      architecture,
      file: join(debDirectory, `${name}_${version}_${architecture}.deb`),
      sha256,
      sizeBytes: Number(size),
    });
  }
  return { packages, rest };
}
