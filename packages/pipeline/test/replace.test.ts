import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { putInPlace } from "../src/store/replace.ts";
import { Store } from "../src/store/store.ts";

const key = "0123456789abcdef0123456789abcdef";
const program = join(import.meta.dirname, "fixtures/killed-store.ts");

async function makeOld(directory: string) {
  for (const name of ["a", "disk"]) writeFileSync(join(directory, name), "old");
  return { inputs: {}, files: ["a", "disk"] };
}

/** Runs the verb until it kills itself at that step; whether it did. */
async function killedAt(root: string, verb: string, step: number): Promise<boolean> {
  const words = ["--conditions=@winvm/source", program, root, key, verb, String(step)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "inherit", "inherit"] });
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  if (signal === "SIGKILL") return true;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  return false;
}

/** Kills the verb at each of its steps, and looks at what the next one to open the store finds. */
async function atEachStep(
  verb: string,
  look: (store: Store, killed: boolean) => Promise<void>,
): Promise<number> {
  for (let step = 0; ; step += 1) {
    const root = temporaryDirectory();
    await (await Store.open(root)).obtain("states", key, makeOld);
    const killed = await killedAt(root, verb, step);
    await look(await Store.open(root), killed);
    if (!killed) return step;
  }
}

describe("kill -9 at each step", { tags: ["host"], timeout: 120_000 }, () => {
  test("of a replacement leaves the old entry or the new one", async () => {
    const found: string[] = [];
    const steps = await atEachStep("replace", async (store) => {
      const entry = await store.find("states", key);
      found.push({ 3: "old", 11: "new" }[entry?.manifest.files["disk"]?.sizeBytes ?? 0] ?? "none");
      // Nothing else is left of it.
      expect(readdirSync(store.layout.kind("states"))).toEqual([key]);
    });
    expect(steps).toBeGreaterThan(5);
    expect(found).toEqual(found.toSorted().toReversed());
    expect(new Set(found)).toEqual(new Set(["old", "new"]));
    expect(found.at(-1)).toBe("new");
  });

  test("of a removal leaves all of the entry or nothing", async () => {
    const steps = await atEachStep("remove", async (store, killed) => {
      const left = readdirSync(store.layout.kind("states"));
      expect(left).toEqual(killed && left.length > 0 ? [key] : []);
      expect((await store.find("states", key)) === undefined).toBe(left.length === 0);
    });
    expect(steps).toBeGreaterThan(2);
  });
});

describe("an entry that was moved away", () => {
  const away = `.old-${key}-999999999-abcdef`;

  test("is put back by whoever waits for the lock of the killed one, and makes nothing", async () => {
    const store = await Store.open(temporaryDirectory());
    const { directory } = await store.obtain("states", key, makeOld);
    renameSync(directory, join(store.layout.kind("states"), away));
    const found = await store.obtain("states", key, () => Promise.reject(new Error("made again")));
    expect(found.cached).toBe(true);
  });

  test("is its owner's as long as that holds the lock, whoever opens the store", async () => {
    const store = await Store.open(temporaryDirectory());
    await store.obtain("states", key, makeOld);
    const place = join(store.layout.kind("states"), away);
    await store.obtain(
      "states",
      key,
      async (directory) => {
        renameSync(store.layout.entry("states", key), place);
        await Store.open(store.layout.root);
        expect(existsSync(place)).toBe(true);
        return makeOld(directory);
      },
      { replace: true },
    );
    await Store.open(store.layout.root);
    expect(readdirSync(store.layout.kind("states"))).toEqual([key]);
  });

  test("stays where it can't be read: nobody is hindered, and whoever needs it is told", async () => {
    const store = await Store.open(temporaryDirectory());
    const place = join(store.layout.kind("states"), away);
    mkdirSync(place);
    // What the kernel refuses to read, to root as well.
    symlinkSync("manifest.json", join(place, "manifest.json"));
    await Store.open(store.layout.root);
    expect(readdirSync(store.layout.kind("states"))).toEqual([away]);
    await expect(store.obtain("states", key, makeOld)).rejects.toMatchObject({
      code: "PIPELINE_STORE_DAMAGED",
      hint: expect.stringContaining(place) as unknown,
      cause: { code: "ELOOP" },
    });
    expect(existsSync(place)).toBe(true);
  });

  test("can't be read: its successor is made where that is wanted, and then it goes", async () => {
    const store = await Store.open(temporaryDirectory());
    const place = join(store.layout.kind("states"), away);
    mkdirSync(place);
    symlinkSync("manifest.json", join(place, "manifest.json"));
    const unmade = store.obtain("states", key, () => Promise.reject(new Error("not made")), {
      replace: true,
    });
    await expect(unmade).rejects.toThrow("not made");
    expect(readdirSync(store.layout.kind("states"))).toEqual([away]);
    const made = await store.obtain("states", key, makeOld, { replace: true });
    expect(made.cached).toBe(false);
    expect(readdirSync(store.layout.kind("states"))).toEqual([key]);
  });

  test("has its name again where its successor does not get it", async () => {
    const store = await Store.open(temporaryDirectory());
    const { layout } = store;
    await store.obtain("states", key, makeOld);
    const missing = join(layout.kind("states"), "missing");
    const failed = putInPlace(layout, { kind: "states", key }, missing);
    await expect(failed).rejects.toMatchObject({ code: "ENOENT" });
    expect(readdirSync(layout.kind("states"))).toEqual([key]);
  });

  test("is not put back where it is not whole", async () => {
    const store = await Store.open(temporaryDirectory());
    mkdirSync(join(store.layout.kind("states"), away));
    await Store.open(store.layout.root);
    expect(readdirSync(store.layout.kind("states"))).toEqual([]);
  });
});
