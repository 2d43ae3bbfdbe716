import { createHash } from "node:crypto";
import { readImageFile } from "./files.ts";
import { CONTROLLER_RECIPE, RECIPE_FORMAT } from "./recipe.ts";
import type { ControllerRecipe } from "./recipe.ts";

/**
 * The name of the image that {@link buildControllerImage} makes: a hash of the recipe and of the files that go in
 * (lower-case hexadecimal, 32 digits). The versions of the Debian packages are not in it, so it costs no call of apt and
 * an image stays in use when Debian's lists move on; the image's manifest records them.
 */
export async function controllerImageKey(
  recipe: ControllerRecipe = CONTROLLER_RECIPE,
): Promise<string> {
  const parts = {
    format: RECIPE_FORMAT,
    recipe,
    init: await readImageFile("init"),
    sshd: await readImageFile("sshd_config"),
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
