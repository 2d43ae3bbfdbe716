import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { processIdentity } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, keyOf } from "../src/store/keys.ts";
import { defaultStore } from "../src/store/layout.ts";
import { isPinned, setPinned } from "../src/store/pins.ts";
import { Store } from "../src/store/store.ts";

const key = "0123456789abcdef0123456789abcdef";

async function makeFile(directory: string) {
  writeFileSync(join(directory, "disk"), "content");
  return { inputs: { from: "test" }, files: ["disk"] };
}

async function makeOther(directory: string) {
  writeFileSync(join(directory, "disk"), "other content");
  return { inputs: {}, files: ["disk"] };
}

describe("the store", () => {
  test("makes an entry once and finds it afterwards", async () => {
    const store = await Store.open(join(temporaryDirectory(), "store"));
    const made = await store.obtain("images", key, makeFile);
    expect(made.cached).toBe(false);
    expect(made.manifest).toMatchObject({
      key,
      inputs: { from: "test" },
      files: { disk: { sizeBytes: 7 } },
    });
    const again = await store.obtain("images", key, () => Promise.reject(new Error("made twice")));
    expect(again.cached).toBe(true);
    expect(statSync(store.layout.root).mode & 0o777).toBe(0o700);
  });

  test("two that want the same at once make it once", async () => {
    const store = await Store.open(temporaryDirectory());
    let times = 0;
    const make = async (directory: string) => {
      times += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return makeFile(directory);
    };
    await Promise.all([store.obtain("media", key, make), store.obtain("media", key, make)]);
    expect(times).toBe(1);
  });

  test("a failure leaves nothing half-made", async () => {
    const store = await Store.open(temporaryDirectory());
    const failing = store.obtain("states", key, async (directory) => {
      writeFileSync(join(directory, "half"), "x");
      throw new Error("power cut");
    });
    await expect(failing).rejects.toThrow("power cut");
    expect(readdirSync(store.layout.kind("states"))).toEqual([]);
    expect(readdirSync(join(store.layout.root, "locks"))).toEqual([]);
  });

  test("an entry that is made anew stays until the new one is complete, and stays pinned", async () => {
    const store = await Store.open(temporaryDirectory());
    const old = await store.obtain("states", key, makeFile);
    await setPinned(store, { kind: "states", key }, true);
    const failing = store.obtain("states", key, () => Promise.reject(new Error("Ctrl-C")), {
      replace: true,
    });
    await expect(failing).rejects.toThrow("Ctrl-C");
    expect((await store.find("states", key))?.manifest).toEqual(old.manifest);
    const { cached, manifest } = await store.obtain("states", key, makeOther, { replace: true });
    expect(cached).toBe(false);
    expect(manifest.files).toMatchObject({ disk: { sizeBytes: 13 } });
    expect(readdirSync(store.layout.kind("states"))).toEqual([key]);
    expect(await isPinned(store, { kind: "states", key })).toBe(true);
  });

  test("what a dead process left half-made is swept at the next opening", async () => {
    const root = temporaryDirectory();
    const store = await Store.open(root);
    const dead = join(store.layout.kind("images"), `.new-${key}-999999999-abcdef`);
    const alive = join(store.layout.kind("images"), `.new-${key}-${process.pid}-abcdef`);
    const run = join(store.layout.runs, "20260101T000000-abcdef-999999999");
    for (const directory of [dead, alive, run]) mkdirSync(directory);
    writeFileSync(join(run, "owner.json"), JSON.stringify({ pid: process.pid, startTime: "1" }));
    await Store.open(root);
    expect([dead, alive, run].map((directory) => existsSync(directory))).toEqual([
      false,
      true,
      false,
    ]);
  });

  test("what somebody of another container is making stays: he has its lock", async () => {
    const store = await Store.open(temporaryDirectory());
    const making = join(store.layout.kind("images"), `.new-${key}-999999999-abcdef`);
    mkdirSync(making);
    const lock = store.layout.lock("images", key);
    const holder = { ...(await processIdentity(process.pid)), nonce: "0" };
    writeFileSync(lock, JSON.stringify(holder));
    await Store.open(store.layout.root);
    expect(existsSync(making)).toBe(true);
    rmSync(lock);
    await Store.open(store.layout.root);
    expect(existsSync(making)).toBe(false);
  });

  test("an entry that was cut short is told, file by file", async () => {
    const store = await Store.open(temporaryDirectory());
    const { directory } = await store.obtain("images", key, makeFile);
    truncateSync(join(directory, "disk"), 3);
    await expect(store.find("images", key)).rejects.toMatchObject({
      code: "PIPELINE_STORE_DAMAGED",
      message: expect.stringContaining("disk has 3 bytes, not 7"),
    });
  });

  test("a store that can't be made is told with what to do", async () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    const unusable = { code: "PIPELINE_STORE_UNUSABLE", hint: expect.stringContaining("--store") };
    await expect(Store.open(join(file, "store"))).rejects.toMatchObject(unusable);
    // Where a mkdir with those above it never ends.
    for (const root of ["/proc", "/proc/store", "/proc/self/fd/no/store"])
      await expect(Store.open(root)).rejects.toMatchObject(unusable);
  });
});

test("equal inputs give equal keys, whatever the order of their members", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (inputs) => {
      const reversed = Object.fromEntries(Object.entries(inputs).reverse());
      expect(keyOf(reversed)).toBe(keyOf(inputs));
      expect(JSON.parse(canonicalJson(inputs))).toEqual(JSON.parse(JSON.stringify(inputs)));
    }),
  );
  expect(keyOf({ a: 1 })).not.toBe(keyOf({ a: 2 }));
});

test.each([
  [{ WINVM_STORE: "/s", HOME: "/h" }, "/s"],
  [{ XDG_CACHE_HOME: "/c", HOME: "/h" }, "/c/winvm"],
  [{ XDG_CACHE_HOME: "relative", HOME: "/h" }, "/h/.cache/winvm"],
  [{ XDG_CACHE_HOME: "", HOME: "/h" }, "/h/.cache/winvm"],
])("the default store for %j", (env, directory) => {
  expect(defaultStore(env)).toEqual(directory);
});

test("the default store is in the home of the list of users where HOME is none", (context) => {
  const { homedir } = userInfo();
  context.skip(!homedir.startsWith("/"), "the user has no home");
  for (const HOME of ["", "relative", undefined])
    expect(defaultStore({ HOME })).toBe(join(homedir, ".cache/winvm"));
});
