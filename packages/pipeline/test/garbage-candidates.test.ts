import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { openContext, type Context } from "../src/context.ts";
import type { PipelineEvent } from "../src/events/event.ts";
import { gatherCandidates } from "../src/garbage/candidates.ts";
import { giveStateName } from "../src/states/state-names.ts";
import { claimEntries } from "../src/store/claim.ts";
import { takeLock } from "../src/store/lock.ts";
import { setPinned } from "../src/store/pins.ts";
import { collectGarbage } from "../src/verbs/gc.ts";
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
    const found = (await gatherCandidates(context, { names: true })).find(
      (candidate) => candidate.what === what,
    );
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

  test("what has a name stays, unless names are not heeded; a damaged one goes", async () => {
    const { layout } = context.store;
    const unnamed = await planned(`states/${small.state}`);
    expect(unnamed.keep).toBeUndefined();
    await giveStateName(layout, "warm", small.state);
    await giveStateName(layout, "tools", small.state);
    expect(await unnamed.remove()).toMatch(/^named (warm, tools|tools, warm)$/);
    const { keep } = await planned(`states/${small.state}`);
    expect(keep).toMatch(/^named (warm, tools|tools, warm)$/);
    const others = await gatherCandidates(context, { names: false });
    expect(others.filter((candidate) => candidate.keep !== undefined)).toEqual([]);
    rmSync(join(layout.entry("states", small.state), "guest.ram"));
    const damaged = await planned(`states/${small.state}`);
    expect(damaged).toMatchObject({ damaged: true, keep: undefined });
    expect(await damaged.remove()).toBeUndefined();
  });

  test.each([
    // What the kernel refuses to read, to root as well; and what no winvm has written.
    ["refused", (file: string) => symlinkSync("tools", file)],
    ["cut short", (file: string) => writeFileSync(file, '{"key":"c1')],
  ])("while a name can't be read (%s), every state stays, and that is told", async (_, spoil) => {
    const { layout } = context.store;
    await giveStateName(layout, "tools", small.state);
    await giveStateName(layout, "warm", small.parent);
    const file = join(layout.names, "tools");
    rmSync(file);
    const unnamed = await planned(`states/${small.state}`);
    expect(unnamed.keep).toBeUndefined();
    spoil(file);
    expect(await unnamed.remove()).toBe("may be tools, which can't be read now");
    const store = layout.root;
    const warnings: PipelineEvent[] = [];
    const onEvent = (event: PipelineEvent) => void warnings.push(event);
    const { removed, kept } = await collectGarbage({ all: true }, { store, onEvent });
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([
      { what: `states/${small.parent}`, why: "named warm" },
      { what: `states/${small.state}`, why: "may be tools, which can't be read now" },
      {},
      {},
    ]);
    expect(warnings).toMatchObject([
      { code: "PIPELINE_STORE_DAMAGED", hint: expect.stringContaining(file) as unknown },
    ]);
    // A file with no name's form is none of ours.
    rmSync(file);
    writeFileSync(join(layout.names, "README.TXT"), "");
    expect((await planned(`states/${small.state}`)).keep).toBeUndefined();
  });

  test("what can't be read now stays, and all that it may need", async () => {
    const { layout } = context.store;
    const [child, parent, image] = [
      await planned(`states/${small.state}`),
      await planned(`states/${small.parent}`),
      await planned(`images/${small.image}`),
    ];
    const manifest = join(layout.entry("states", small.state), "manifest.json");
    rmSync(manifest);
    // What the kernel refuses to read, to root as well.
    symlinkSync("manifest.json", manifest);
    expect(await child.remove()).toBe("can't be read now");
    for (const { remove } of [parent, image])
      expect(await remove()).toMatch(/^(needed by what is kept|may be needed by what can't be)/);
    const found = await gatherCandidates(context, { names: true });
    const keeps = Object.fromEntries(found.map(({ what, keep }) => [what, keep]));
    const maybe = "may be needed by what can't be read now";
    expect(keeps).toMatchObject({
      [`states/${small.state}`]: "can't be read now",
      [`states/${small.parent}`]: maybe,
      [`images/${small.image}`]: maybe,
      [`media/${small.media}`]: maybe,
    });
    expect(found.filter(({ damaged }) => damaged)).toEqual([]);
  });

  test("downloaded packages stay while somebody builds from them, not for one that was killed", async () => {
    const { layout } = context.store;
    const lock = layout.lock("media", "ab");
    writeFileSync(join(layout.packages, "some.deb"), "content");
    {
      await using _lock = await takeLock(lock, "media/ab");
      expect(await planned("cache/packages")).toMatchObject({ keep: "in use" });
    }
    expect((await planned("cache/packages")).keep).toBeUndefined();
    const killed = [
      process.execPath,
      "--conditions=@winvm/source",
      join(import.meta.dirname, "fixtures/killed-holder.ts"),
      lock,
    ] as const;
    const { signal } = spawnSync(killed[0], killed.slice(1), { stdio: "inherit" });
    expect({ signal, left: existsSync(lock) }).toEqual({ signal: "SIGKILL", left: true });
    const { keep, remove } = await planned("cache/packages");
    expect(keep).toBeUndefined();
    {
      // Somebody begins before it is removed.
      await using _lock = await takeLock(lock, "media/ab");
      expect(await remove()).toBe("in use");
    }
    // What a power cut leaves of a lock is nobody's, but for the moment in which one is made.
    writeFileSync(lock, "");
    expect((await planned("cache/packages")).keep).toBe("in use");
    utimesSync(lock, 1, 1);
    expect(await remove()).toBeUndefined();
    expect(existsSync(layout.packages)).toBe(false);
  });

  test("evidence that another process has removed meanwhile is no candidate", async () => {
    const { failures, packages } = context.store.layout;
    mkdirSync(join(failures, "there"));
    // Listed, and not there when it is looked at.
    symlinkSync("nowhere", join(failures, "gone"));
    rmSync(packages, { recursive: true });
    const found = await gatherCandidates(context, { names: true });
    const rest = found.filter(({ what }) => /^(failures|cache)/.test(what));
    expect(rest.map(({ what }) => what)).toEqual(["failures/there"]);
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
