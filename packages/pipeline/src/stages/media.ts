import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { controllerImageKey } from "@winvm/controller/image-key";
import { referenceIsoKey } from "@winvm/reference-guest/iso-key";
import type { Context } from "../context.ts";
import { keyOf } from "../store/keys.ts";
import { mediaContent } from "../store/layout.ts";
import type { StoreEntry } from "../store/store.ts";
import { runStage, type Tell } from "./stage.ts";

/** The controller's kernel and initrd. */
export async function controllerMedia(context: Context): Promise<StoreEntry> {
  const recipe = await controllerImageKey();
  return runStage(context, {
    stage: "controller",
    kind: "media",
    key: keyOf({ what: "controller image", recipe }),
    title: "make the controller's image from Debian's packages",
    make: async (directory, tell) => {
      const { buildControllerImage } = await import("@winvm/controller");
      const { sizeBytes } = await buildControllerImage({
        directory: join(directory, mediaContent),
        cacheDirectory: context.store.layout.packages,
        onProgress: (progress) => tellProgress(tell, progress),
        signal: context.signal,
      });
      return { inputs: { recipe }, files: await contentOf(directory), facts: { sizeBytes } };
    },
  });
}

/** The reference guest's installation ISO. */
export async function referenceMedia(context: Context): Promise<StoreEntry> {
  const recipe = await referenceIsoKey();
  return runStage(context, {
    stage: "media",
    kind: "media",
    key: keyOf({ what: "reference guest's ISO", recipe }),
    title: "make the reference guest's installation ISO from Debian's packages",
    make: async (directory, tell) => {
      const { buildReferenceIso } = await import("@winvm/reference-guest");
      const { sizeBytes } = await buildReferenceIso({
        directory: join(directory, mediaContent),
        cacheDirectory: context.store.layout.packages,
        onProgress: (progress) => tellProgress(tell, progress),
        signal: context.signal,
      });
      return { inputs: { recipe }, files: await contentOf(directory), facts: { sizeBytes } };
    },
  });
}

/** Builders own the directory they make, with a manifest of their own in it. */
async function contentOf(directory: string): Promise<string[]> {
  const entries = await readdir(join(directory, mediaContent), { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => join(mediaContent, name));
}

function tellProgress(
  tell: Tell,
  { text, fraction }: { readonly text: string; readonly fraction?: number | undefined },
): void {
  tell(text, fraction === undefined ? {} : { fraction });
}
