import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import type { Job } from "@winvm/xchg";
import { describe, expect, test } from "vitest";
import { layerInputs, type LayerWork } from "../../src/stages/layer/layer-inputs.ts";
import { parentFault } from "../../src/states/ancestry.ts";
import { hashTree } from "../../src/states/hash-tree.ts";
import { keyOf } from "../../src/store/keys.ts";
import type { Manifest } from "../../src/store/manifest.ts";

function manifest(key: string, seal: string, inputs: Manifest["inputs"] = {}): Manifest {
  return {
    format: 1,
    kind: "states",
    key,
    createdAt: "2026-01-01T00:00:00.000Z",
    inputs: { guest: "reference", image: "i1", controller: "c1", ...inputs },
    files: { "guest.state": { sizeBytes: 1, sha256: seal } },
    facts: {},
  };
}

const parent = manifest("p1", "s1");
const job: Job = { command: { kind: "argv", argv: ["cmd", "/c", "setup"] }, env: { A: "1" } };
const work: LayerWork = { job, shares: [], inputsHash: undefined, standing: "stand" };
const script = (text: string): Job => ({ command: { kind: "script", shell: "bash", text } });

const keyFor = (below: Manifest, change: Partial<LayerWork> = {}): string =>
  keyOf(layerInputs(below, { ...work, ...change }));

const sharing = (directory: string) => [{ name: "s", directory, readOnly: true }];

describe("a layer's key", () => {
  test("is the same for the same work on the same state", () => {
    expect(keyFor(manifest("p1", "s1"), { job: structuredClone(job) })).toBe(keyFor(parent));
    // A share's directory can't be in a layer; that there is one can.
    expect(keyFor(parent, { shares: sharing("/a") })).toBe(
      keyFor(parent, { shares: sharing("/b") }),
    );
  });

  test("is another one for any other work or state", () => {
    const share = { name: "s", directory: "/a", readOnly: true };
    const keys = [
      keyFor(parent),
      keyFor(manifest("p2", "s1")),
      keyFor(manifest("p1", "s2")),
      keyFor(parent, { standing: "other" }),
      keyFor(parent, { inputsHash: "h1" }),
      keyFor(parent, { inputsHash: "h2" }),
      keyFor(parent, { shares: [share] }),
      keyFor(parent, { shares: [{ ...share, readOnly: false }] }),
      keyFor(parent, { job: { ...job, env: { A: "2" } } }),
      keyFor(parent, { job: { ...job, cwd: "C:\\" } }),
      keyFor(parent, { job: { command: { kind: "argv", argv: ["cmd", "/c setup"] } } }),
      keyFor(parent, { job: script("echo 1") }),
      keyFor(parent, { job: script("echo 2") }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("its manifest keeps no variables and no script", () => {
    const secret = { command: script("echo s3cret").command, env: { TOKEN: "s3cret" } };
    expect(JSON.stringify(layerInputs(parent, { ...work, job: secret }))).not.toContain("s3cret");
  });

  test("names the image and the controller that it needs as well as the state below", () => {
    expect(layerInputs(parent, work)).toMatchObject({
      parent: "p1",
      image: "i1",
      controller: "c1",
    });
  });
});

test("a layer fits exactly the state that it was made on", () => {
  const layer = manifest("l1", "s9", layerInputs(parent, work));
  expect(parentFault(layer, parent)).toBeUndefined();
  expect(parentFault(parent, undefined)).toBeUndefined();
  expect(parentFault(layer, undefined)).toContain("p1, is gone");
  expect(parentFault(layer, manifest("p1", "s2"))).toContain("made anew");
});

test("a directory's hash is that of names, bytes, programs and links, not of times", async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "a", "file");
  mkdirSync(join(directory, "a"));
  writeFileSync(file, "1");
  const hashes = [await hashTree(directory)];
  utimesSync(file, 1, 1);
  expect(await hashTree(directory)).toBe(hashes[0]);
  const changes = [
    () => writeFileSync(file, "2"),
    () => chmodSync(file, 0o755),
    () => renameSync(file, join(directory, "a", "other")),
    () => symlinkSync("a", join(directory, "link")),
    () => mkdirSync(join(directory, "empty")),
  ];
  for (const change of changes) {
    change();
    hashes.push(await hashTree(directory));
  }
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("a name that no text can hold does not end the hash: staging tells of it", async () => {
  const directory = temporaryDirectory();
  const empty = await hashTree(directory);
  writeFileSync(Buffer.concat([Buffer.from(`${directory}/a`), Buffer.from([0xff])]), "");
  expect(await hashTree(directory)).not.toBe(empty);
});
