import { createHash } from "node:crypto";
import { guestDirectory, readFiles, setupSources } from "./guest-files.ts";
import { nodeVersion } from "./node-program.ts";
import { RECIPE_FORMAT, REFERENCE_RECIPE } from "./recipe.ts";

/**
 * The name of the ISO that {@link buildReferenceIso} makes: a hash of the recipe and of all files of ours that go in
 * (32 lower-case hexadecimal digits). The versions of the Debian packages are not in it: it costs no call of apt, and an
 * ISO stays in use when Debian's lists move on. The manifest records them.
 */
export async function referenceIsoKey(): Promise<string> {
  const hash = createHash("sha256");
  hash.update(
    JSON.stringify({ format: RECIPE_FORMAT, recipe: REFERENCE_RECIPE, node: nodeVersion() }),
  );
  for (const directory of [guestDirectory, setupSources]) {
    for (const { path, content } of readFiles(directory)) {
      hash.update(`\0${path}\0${content.length}\0`);
      hash.update(content);
    }
  }
  return hash.digest("hex").slice(0, 32);
}
