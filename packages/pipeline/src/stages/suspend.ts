import { standingRunner } from "@winvm/xchg";
import type { Context } from "../context.ts";
import { pairKey } from "../machines/pair-key.ts";
import type { GuestRequest } from "../request.ts";
import { keyOf } from "../store/keys.ts";
import type { StoreEntry } from "../store/store.ts";
import { accountUid } from "./freeze/state-facts.ts";
import type { GuestSource } from "./guest-source.ts";
import { controllerMedia } from "./media.ts";
import { runStage } from "./stage.ts";

/** Changes when what this stage does changes in a way that its inputs don't show. */
const recipe = 5;

/** Stage 2: from a powered-off disk to a frozen pair. */
export async function suspendStage(
  context: Context,
  source: GuestSource,
  image: StoreEntry,
  { rebuild, warmUp }: Pick<GuestRequest, "rebuild" | "warmUp">,
): Promise<StoreEntry> {
  const controller = await controllerMedia(context);
  const standing = await standingRunner();
  const inputs = {
    recipe,
    standing: keyOf({ standing }),
    guest: source.profile.name,
    image: image.manifest.key,
    controller: controller.manifest.key,
    hardware: pairKey(source.profile),
    uid: accountUid(),
    ...(warmUp === undefined ? {} : { warmUp }),
  };
  const key = keyOf(inputs);
  return runStage(context, {
    stage: "suspend",
    kind: "states",
    key,
    title: `start ${source.profile.title} and its controller, check them, freeze them`,
    replace: rebuild,
    uses: [image.manifest, controller.manifest],
    make: async (directory, tell) => {
      // What freezes is much code; whoever has a state does without.
      const { freezeGuest } = await import("./freeze/freeze-guest.ts");
      const parts = { image, controller, inputs, standing, warmUp };
      return freezeGuest(context, source.profile, { ...parts, directory, tell });
    },
  });
}
