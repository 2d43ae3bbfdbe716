import { buildControllerImage, controllerImageKey } from "@winvm/controller";
import { buildReferenceIso, referenceIsoKey } from "@winvm/reference-guest";
import type { Context } from "../context.ts";
import { keyOf } from "../store/keys.ts";
import type { StoreEntry } from "../store/store.ts";
import { runStage } from "./stage.ts";

/** The controller's kernel and initrd. */
export async function controllerMedia(context: Context): Promise<StoreEntry> {
  const recipe = await controllerImageKey();
  return runStage(context, {
    stage: "controller",
    kind: "media",
    key: keyOf({ what: "controller image", recipe }),
    title: "make the controller's image from Debian's packages",
    make: async (directory, tell) => {
      const image = await buildControllerImage({
        directory,
        cacheDirectory: context.store.layout.packages,
        onProgress: ({ step, detail, fraction }) =>
          tell(step, {
            ...(detail === undefined ? {} : { detail }),
            ...(fraction === undefined ? {} : { fraction }),
          }),
        signal: context.signal,
      });
      return { inputs: { recipe }, files: image.files, facts: { sizeBytes: image.sizeBytes } };
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
      const iso = await buildReferenceIso({
        directory,
        cacheDirectory: context.store.layout.packages,
        onProgress: ({ step, detail, fraction }) =>
          tell(step, {
            ...(detail === undefined ? {} : { detail }),
            ...(fraction === undefined ? {} : { fraction }),
          }),
        signal: context.signal,
      });
      return { inputs: { recipe }, files: iso.files, facts: { sizeBytes: iso.sizeBytes } };
    },
  });
}
