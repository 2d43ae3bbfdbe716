import { readdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { listImages, pinEntry } from "../src/index.ts";
import { makeSmallState, small } from "./support/small-state.ts";

test("an entry is pinned, and let go", async () => {
  const root = temporaryDirectory();
  await makeSmallState(root, 20_000);
  const options = { store: root };
  const ask = { kind: "images", name: "b000" } as const;
  expect(await pinEntry({ ...ask, pinned: true }, options)).toMatchObject({ pinned: true });
  expect(await pinEntry({ ...ask, pinned: true }, options)).toMatchObject({ pinned: true });
  expect(readdirSync(join(root, "pins"))).toEqual([`images-${small.image}`]);
  expect(await pinEntry({ ...ask, pinned: false }, options)).toMatchObject({ pinned: false });
  expect(await listImages(options)).toMatchObject([{ pinned: false }]);
  expect(readdirSync(join(root, "locks"))).toEqual([]);
});

test("a state that is removed while it is to be pinned leaves no pin", async () => {
  const root = temporaryDirectory();
  const store = await makeSmallState(root, 20_000);
  const waits = Promise.withResolvers<void>();
  let pinning: Promise<unknown> | undefined;
  await store.remove("states", small.state, {
    async keep() {
      pinning = pinEntry(
        { kind: "states", name: small.state, pinned: true },
        { store: root, onEvent: ({ type }) => type === "lock:wait" && waits.resolve() },
      );
      await Promise.race([waits.promise, pinning]);
      return undefined;
    },
  });
  await expect(pinning).rejects.toMatchObject({ code: "PIPELINE_STATE_UNKNOWN" });
  expect(readdirSync(join(root, "pins"))).toEqual([]);
});
