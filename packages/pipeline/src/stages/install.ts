import type { Context } from "../context.ts";
import { keyOf, sha256 } from "../store/keys.ts";
import type { StoreEntry } from "../store/store.ts";
import type { GuestSource } from "./guest-source.ts";
import { answerWith, setupMedia, type ImageSecrets } from "./setup-media.ts";
import { runStage } from "./stage.ts";

/** Changes when what this stage does changes in a way that its inputs don't show. */
const recipe = 1;

/** What an image is made from. The secrets stand in as placeholders: they are made anew for each image. */
export async function imageInputs(
  context: Context,
  source: GuestSource,
): Promise<Record<string, unknown>> {
  const { profile } = source;
  // A password that Windows would refuse is refused here, before anything is made.
  if (source.password !== undefined) answerWith(profile, source.answer, source.password);
  const secrets: ImageSecrets = {
    user: "Administrator",
    smbUser: "winvm",
    smbPassword: "Placeholder1",
    adminPassword: "Placeholder1",
  };
  const { answer, files } = await setupMedia(profile, {
    answer: answerWith(profile, source.answer, secrets.adminPassword),
    build: source.build,
    authorizedKey: "ssh-ed25519 AAAA placeholder",
    secrets,
    cache: context.store.layout.cache,
    shell: source.shell,
    edition: source.answer.edition,
    drivers: source.answer.drivers,
  });
  return {
    recipe,
    guest: profile.name,
    media: await source.mediaIdentity(),
    firmware: profile.firmware,
    hardware: profile.hardware,
    ...(source.answer.tpm === "emulated" && { tpm: "emulated" }),
    answer: sha256(answer.bytes),
    setup: Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)])),
  };
}

/** Stage 1: from installation media to a powered-off disk. */
export async function installStage(context: Context, source: GuestSource): Promise<StoreEntry> {
  const inputs = await imageInputs(context, source);
  // The media are made before the lock of the image is taken: they have locks of their own.
  const key = keyOf(inputs);
  const found = await context.store.find("images", key);
  if (found === undefined) await (await installer()).requireMeans(source);
  const iso = found === undefined ? await source.iso() : "";
  return runStage(context, {
    stage: "install",
    kind: "images",
    key,
    title: `install ${source.profile.title}`,
    make: async (directory, tell) =>
      (await installer()).installGuest(context, source, { directory, iso, inputs, tell }),
  });
}

/**
 * What installs is much code; whoever has an image does without. What comes after is loaded along with it: an
 * installation may take hours, and winvm may have been replaced by another version until then.
 */
async function installer(): Promise<typeof import("./install/install-guest.ts")> {
  await Promise.all([import("./freeze/freeze-guest.ts"), import("../revival.ts")]);
  return import("./install/install-guest.ts");
}
