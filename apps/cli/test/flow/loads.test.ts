import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeAll, describe, expect, test } from "vitest";
import { winvm } from "./winvm.ts";

const minutes = 60_000;
const hook = pathToFileURL(join(import.meta.dirname, "../fixtures/note-modules.mjs")).href;

/** Runs it and says what it has loaded. */
async function noted(args: readonly string[], store?: string) {
  const file = join(temporaryDirectory(), "modules");
  const env = { NODE_OPTIONS: `--import=${hook}`, WINVM_MODULES: file };
  const result = await winvm(args, { env, ...(store === undefined ? {} : { store }) });
  return { result, modules: readFileSync(file, "utf8").split("\n") };
}

const matching = (modules: readonly string[], pattern: RegExp) =>
  modules.filter((url) => pattern.test(url));

/** What makes images and states, and what only other commands are for. */
const makers =
  /node_modules\/(?:ssh2|execa|saxes)\/|\/packages\/debian-image\/|\/reference-guest\/src\/(?:setup|wine)\/|\/unattend\/src\/(?:cygwin|recognise\/(?:image|udf|iso9660|wim))\/|\/pipeline\/src\/(?:portable|map|rehearsal|garbage|stages\/(?:freeze\/freeze-|install\/|layer\/))/;

/** What revives a pair, but for the few facts that a state's key is made of. */
const revivers = /\/packages\/(?:qemu|controller|vde)\/src\/(?:index|running\/|session\/)/;

describe("what a run loads", { tags: ["vm"], timeout: 5 * minutes }, () => {
  beforeAll(async () => {
    expect((await winvm(["suspend", "reference"])).code).toBe(0);
    // What the store keeps of this host is known from here on.
    expect((await winvm(["run", "--no-pool", "--", "true"])).code).toBe(0);
  }, 30 * minutes);

  test("nothing of what makes a state that is there", async () => {
    const { result, modules } = await noted(["run", "--no-pool", "--", "echo", "here"]);
    expect([result.code, result.stdout.toString()]).toEqual([0, "here\n"]);
    expect(matching(modules, revivers)).not.toEqual([]);
    expect(matching(modules, makers)).toEqual([]);
  });
});

test("nothing of what revives a pair before it is known which", async () => {
  const from = ["run", "--from", "nobody", "--", "true"];
  const { result, modules } = await noted(from, temporaryDirectory());
  expect(result.stderr).toContain("PIPELINE_STATE_UNKNOWN");
  expect(matching(modules, /\/pipeline\/src\/pool\/run-in-pool/)).not.toEqual([]);
  expect([...matching(modules, makers), ...matching(modules, revivers)]).toEqual([]);
});
