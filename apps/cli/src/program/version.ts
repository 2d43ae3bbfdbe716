import { readFileSync } from "node:fs";

/** What `--version` prints. */
export function versionLine(): string {
  return `winvm ${version()}`;
}

function version(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}
