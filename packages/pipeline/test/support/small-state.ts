import { randomBytes } from "node:crypto";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sealOf } from "../../src/states/ancestry.ts";
import { Store } from "../../src/store/store.ts";

/** Keys of a state that nobody could revive, but that has all that is exported; the parent's is that of the state below. */
export const small = {
  media: "a0000000000000000000000000000001",
  image: "b0000000000000000000000000000002",
  parent: "c0000000000000000000000000000003",
  state: "c1000000000000000000000000000004",
} as const;

/**
 * Puts it into a store, with a state below it.
 *
 * @param ramBytes Below 1 MiB no program is asked for the holes.
 */
export async function makeSmallState(root: string, ramBytes = 64 << 20): Promise<Store> {
  const store = await Store.open(root);
  await store.obtain("media", small.media, async (directory) => {
    mkdirSync(join(directory, "content"));
    writeFileSync(join(directory, "content/linux"), "a kernel");
    return { inputs: { recipe: "r" }, files: ["content/linux"] };
  });
  await store.obtain("images", small.image, async (directory) => {
    writeFileSync(join(directory, "disk.qcow2"), randomBytes(300_000));
    writeFileSync(join(directory, "guest_ed25519"), "a key", { mode: 0o600 });
    return { inputs: { guest: "reference" }, files: ["disk.qcow2", "guest_ed25519"] };
  });
  const inputs = { guest: "reference", image: small.image, controller: small.media };
  const facts = {
    imageKey: small.image,
    controllerKey: small.media,
    qemuVersion: "0.0 (of a test)",
    accelerator: "tcg",
    guestArgv: [],
    controllerArgv: [],
  };
  const make = (more: object) => async (directory: string) => {
    writeFileSync(join(directory, "guest.ram"), randomBytes(9000));
    truncateSync(join(directory, "guest.ram"), ramBytes);
    writeFileSync(join(directory, "guest.log"), "not in the manifest");
    return { inputs: { ...inputs, ...more }, files: ["guest.ram"], facts };
  };
  const { manifest } = await store.obtain("states", small.parent, make({}));
  const above = { parent: small.parent, parentSeal: sealOf(manifest) };
  await store.obtain("states", small.state, make(above));
  return store;
}
