import { existsSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, onTestFinished, test, vi } from "vitest";
import { receiveEntries } from "../src/store/incoming.ts";
import { Store } from "../src/store/store.ts";

const key = "0123456789abcdef0123456789abcdef";

/** Lets every sync go its way, and notes of what it was, and whether the entry had its name already. */
async function watchSyncs({ layout }: Store, directory: () => string) {
  await using handle = await open("/dev/null");
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  const found: { path: string; named: boolean }[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { sync } = prototype;
  const spy = vi.spyOn(prototype, "sync").mockImplementation(function (this: FileHandle) {
    const path = readlinkSync(`/proc/self/fd/${this.fd}`);
    const name = path.replace(directory(), "ENTRY").replace(layout.root, "STORE");
    found.push({ path: name, named: existsSync(layout.entry("media", key)) });
    return sync.call(this);
  });
  onTestFinished(() => spy.mockRestore());
  return (named: boolean) => found.flatMap((each) => (each.named === named ? [each.path] : []));
}

test("all of an entry is on the disk before it has its name, and then the name", async () => {
  const store = await Store.open(join(temporaryDirectory(), "store"));
  let unfinished = "none";
  const synced = await watchSyncs(store, () => unfinished);
  await store.obtain("media", key, async (directory) => {
    unfinished = directory;
    mkdirSync(join(directory, "content"));
    for (const name of ["content/linux", "disk"]) writeFileSync(join(directory, name), name);
    return { inputs: {}, files: ["content/linux", "disk"] };
  });
  const before = synced(false);
  expect(before).toEqual([
    "ENTRY/content/linux",
    "ENTRY/disk",
    expect.stringMatching(/^ENTRY\/\.manifest\.json\./),
    // The manifest's own name.
    "ENTRY",
    "ENTRY/content",
    "ENTRY",
  ]);
  expect(synced(true)).toEqual(["STORE/media"]);
});

test("so are the names in an entry of another store", async () => {
  const store = await Store.open(join(temporaryDirectory(), "store"));
  const manifest = JSON.stringify({ format: 1, kind: "media", key, inputs: {}, files: {} });
  await using incoming = await receiveEntries(store, [{ kind: "media", key, manifest }]);
  const directory = incoming.directoryOf({ kind: "media", key }) ?? "none";
  mkdirSync(join(directory, "content"));
  const synced = await watchSyncs(store, () => directory);
  await incoming.publish();
  expect(synced(false).slice(-2)).toEqual(["ENTRY/content", "ENTRY"]);
  expect(synced(true)).toEqual(["STORE/media"]);
});

test("a file that is gone before it is on the disk makes no entry", async () => {
  const store = await Store.open(join(temporaryDirectory(), "store"));
  const made = store.obtain("media", key, async (directory) => {
    for (const name of ["a", "b"]) writeFileSync(join(directory, name), name);
    rmSync(join(directory, "b"));
    return { inputs: {}, files: ["a", "b"] };
  });
  await expect(made).rejects.toMatchObject({ code: "ENOENT" });
  expect(await store.find("media", key)).toBeUndefined();
});
