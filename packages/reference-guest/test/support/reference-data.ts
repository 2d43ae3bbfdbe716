import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";

/** Public reference data beside the repository, or beside the directory it is in; its licences are others than ours. */
const places = [
  process.env["WINVM_SHARED_DATA"],
  join(import.meta.dirname, "../../../../../shared/data"),
  join(import.meta.dirname, "../../../../../../shared/data"),
];

/** A file or directory of the reference data; the test is skipped where a clone has none. */
export function referenceData(context: TestContext, path: string): string {
  const found = places
    .filter((place) => place !== undefined)
    .map((place) => join(place, path))
    .find((place) => existsSync(place));
  return found ?? context.skip("needs the reference data: ../shared/data or WINVM_SHARED_DATA");
}
