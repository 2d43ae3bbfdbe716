import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { openContext, type Context } from "../src/context.ts";
import { gatherCandidates } from "../src/garbage/candidates.ts";
import { claimEntries } from "../src/store/claim.ts";
import { setPinned } from "../src/store/pins.ts";
import { makeSmallState, small } from "./support/small-state.ts";

const state = { kind: "states", key: small.state } as const;

describe("what was to go", () => {
  let context: Context;

  beforeEach(async () => {
    const store = temporaryDirectory();
    await makeSmallState(store);
    context = await openContext({ store });
  });

  async function planned(what: string) {
    const found = (await gatherCandidates(context)).find((candidate) => candidate.what === what);
    if (found === undefined) throw new Error(`no candidate ${what}`);
    return found;
  }

  test("goes where nothing has changed", async () => {
    const { remove } = await planned(`states/${small.state}`);
    expect(await remove()).toBeUndefined();
    expect(await context.store.find("states", small.state)).toBeUndefined();
  });

  test("stays where it is pinned, used or needed meanwhile", async () => {
    const { remove } = await planned(`states/${small.state}`);
    await setPinned(context.store, state, true);
    expect(await remove()).toBe("pinned");
    await setPinned(context.store, state, false);
    {
      await using _claim = await claimEntries(context.store, [state]);
      expect(await remove()).toBe("in use");
    }
    await context.store.find("states", small.state);
    expect(await remove()).toBe("used recently");
    const image = await planned(`images/${small.image}`);
    expect(await image.remove()).toBe("needed by what is kept");
  });

  test("what is being made from an image keeps it; an owner that is half written keeps nothing", async () => {
    const run = join(context.store.layout.runs, `x-${process.pid}`);
    mkdirSync(run);
    writeFileSync(join(run, "owner.json"), "");
    expect((await planned(`images/${small.image}`)).keep).toBeUndefined();
    await using _claim = await claimEntries(context.store, [{ kind: "images", key: small.image }]);
    expect((await planned(`images/${small.image}`)).keep).toBe("in use");
  });
});
