import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

/** Public reference data beside the checkout, never part of it: the licences of some files forbid that. */
const places = [
  process.env["WINVM_SHARED_DATA"],
  fileURLToPath(new URL("../../../../../shared/data", import.meta.url)),
  // A worktree lies a level deeper than the checkout.
  fileURLToPath(new URL("../../../../../../shared/data", import.meta.url)),
];

/** The directory with the reference data, or a skipped test that says why. */
export function requireSharedData(context: TestContext): string {
  const found = places.find((place) => place !== undefined && existsSync(place));
  return found ?? context.skip("needs the reference data: ../shared/data or WINVM_SHARED_DATA");
}
