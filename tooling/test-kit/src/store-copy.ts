import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "./directories.ts";

/**
 * A store of its own with one state and what that is made from, whatever else the store has. Nothing is linked, so all of
 * it may be changed; holes stay holes. Removed when the test, or the suite whose hook calls this, has finished.
 */
export function copyOfStore(
  store: string,
  stateKey: string,
  copy = join(temporaryDirectory(), "store"),
): string {
  const manifest = JSON.parse(
    readFileSync(join(store, "states", stateKey, "manifest.json"), "utf8"),
  ) as { readonly inputs: { readonly image: string; readonly controller: string } };
  const parts = [
    `states/${stateKey}`,
    `images/${manifest.inputs.image}`,
    `media/${manifest.inputs.controller}`,
    "cache/qemu-features.json",
    "cache/accelerator.json",
  ];
  for (const part of parts) {
    mkdirSync(dirname(join(copy, part)), { recursive: true, mode: 0o700 });
    // Node copies holes as zeros.
    execFileSync("cp", [
      "-a",
      "--reflink=auto",
      "--sparse=always",
      join(store, part),
      join(copy, part),
    ]);
  }
  return copy;
}
