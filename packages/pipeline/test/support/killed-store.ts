/*
 * A program: `killed-store.ts STORE KEY VERB STEP`. Replaces or removes an entry, and ends itself with SIGKILL at the STEP-th
 * change of a name or removal of a file, or half-way in that removal. Ends with 0 where there are fewer.
 */
import { readdirSync, unlinkSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { Store } from "../../src/store/store.ts";

const [root = "", key = "", verb, step] = process.argv.slice(2);
const store = await Store.open(root);
const { rename, rm } = fs;
let left = Number(step);

function die(): never {
  process.kill(process.pid, "SIGKILL");
  throw new Error("it lives");
}

/** A removal has two steps: before it, and when one file is gone. */
function beforeRemoval(path: unknown): void {
  if (left-- === 0) die();
  if (left-- === 0) {
    const directory = String(path);
    const [first] = safeList(directory);
    if (first !== undefined) unlinkSync(join(directory, first));
    die();
  }
}

async function makeNew(directory: string) {
  for (const name of ["a", "disk"]) writeFileSync(join(directory, name), "new content");
  return { inputs: {}, files: ["a", "disk"] };
}

function safeList(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

fs.rename = async (...args) => {
  if (left-- === 0) die();
  await rename(...args);
};
fs.rm = async (...args) => {
  beforeRemoval(args[0]);
  await rm(...args);
};
syncBuiltinESMExports();

if (verb === "remove") await store.remove("states", key);
else await store.obtain("states", key, makeNew, { replace: true });
