import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";

/** Where that part of the reference data is; `undefined` where there is none. */
export function findReferenceData(path = ""): string | undefined {
  const place =
    process.env["WINVM_SHARED_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
  const found = join(place, path);
  return existsSync(found) ? found : undefined;
}

/**
 * A file or directory of the public reference data that lies beside the repository (`../shared/data`), or where
 * `WINVM_SHARED_DATA` says. The licences of some of it keep it out of the repository: a test is skipped, with the reason,
 * where there is none.
 *
 * @param path Relative to the data's directory; the directory itself when absent.
 */
export function referenceData(context: TestContext, path = ""): string {
  return (
    findReferenceData(path) ??
    context.skip("needs the reference data: ../shared/data or WINVM_SHARED_DATA")
  );
}
