import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openControllerImage, type ControllerImage } from "@winvm/controller";
import { suspend, type StateRecord } from "@winvm/pipeline";
import type { BenchContext } from "./benchmark.ts";
import { eventTeller } from "./benchmarks/events.ts";

/** Both machines' images as the pipeline installed them, and what opens the guest's doors. */
export interface Installed {
  readonly state: StateRecord;
  /** The guest's powered-off disk, qcow2. */
  readonly disk: string;
  readonly guestKey: string;
  readonly user: string;
  readonly smbUser: string;
  readonly smbPassword: string;
  readonly controller: ControllerImage;
}

/** Takes the reference guest and the controller from the store, makes them where they are missing. */
export async function openInstalled(
  { store, tell }: BenchContext,
  warmUp?: string,
): Promise<Installed> {
  const state = await suspend({ warmUp }, { store, onEvent: eventTeller(tell) });
  const root = dirname(dirname(state.directory));
  const image = join(root, "images", state.imageKey);
  const media = join(root, "media", String(state.inputs["controller"]), "content");
  const [controller, guestKey, secrets] = await Promise.all([
    openControllerImage(media),
    readFile(join(image, "guest_ed25519"), "utf8"),
    readFile(join(image, "secrets.json"), "utf8"),
  ]);
  const { user, smbUser, smbPassword } = JSON.parse(secrets) as Installed;
  return {
    state,
    disk: join(image, "disk.qcow2"),
    guestKey,
    user,
    smbUser,
    smbPassword,
    controller,
  };
}
