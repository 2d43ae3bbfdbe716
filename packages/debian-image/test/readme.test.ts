import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { expect, test } from "vitest";
import {
  extractPackages,
  fetchPackages,
  fileEntry,
  libraryClosure,
  readTree,
  resolvePackages,
  writeInitrd,
} from "../src/index.ts";

test("the README's example", { tags: ["host"] }, async (context) => {
  requirePrograms(context, { "apt-get": "apt", "dpkg-deb": "dpkg" });
  const directory = temporaryDirectory();
  const cacheDirectory = join(testStore(), "debian");

  const packages = await resolvePackages(["busybox-static"], { cacheDirectory });
  await fetchPackages(packages, { cacheDirectory });
  const root = join(directory, "root");
  await extractPackages(packages, root, { include: ["bin/busybox"] });
  const files = await libraryClosure(root, ["bin/busybox"]); // ["usr/bin/busybox"]
  const tree = (await readTree(root)).filter(({ path }) => files.includes(path));
  const init = fileEntry("init", "#!/usr/bin/busybox sh\necho hello\n", 0o755);
  const written = await writeInitrd(join(directory, "initrd.zst"), [...tree, init]);

  expect(files).toEqual(["usr/bin/busybox"]);
  expect(written.sizeBytes).toBeGreaterThan(100_000);
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? "";
  const lines = example.slice(example.indexOf("\n\n")).split("\n");
  for (const line of lines.filter((text) => text !== "")) expect(source).toContain(line);
});
