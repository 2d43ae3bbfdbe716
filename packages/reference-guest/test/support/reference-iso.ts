import { existsSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, testStore } from "@winvm/test-kit";
import type { TestContext } from "vitest";
import { openReferenceIso, referenceIsoKey } from "../../src/index.ts";
import type { ReferenceIso } from "../../src/index.ts";

/** The ISO of this state of the sources, built once for all tests. */
export async function testReferenceIso(context: TestContext): Promise<ReferenceIso> {
  requirePrograms(context, {
    "apt-get": "apt",
    "grub-mkimage": "grub-common",
    mcopy: "mtools",
    mksquashfs: "squashfs-tools",
    "qemu-img": "qemu-utils",
    "qemu-system-x86_64": "qemu-system-x86",
    xorriso: "xorriso",
  });
  const directory = join(testStore(), "reference-iso", await referenceIsoKey());
  if (existsSync(directory)) return openReferenceIso(directory);
  await buildWithoutWine(directory, join(testStore(), "debian"));
  return openReferenceIso(directory);
}

/**
 * Builds the ISO as on a host that has no Wine: what the guest gets must not depend on it. Where a host lets nobody have mounts
 * of his own, as on this host.
 */
async function buildWithoutWine(directory: string, cacheDirectory: string): Promise<void> {
  const builder = join(import.meta.dirname, "../fixtures/build-iso.ts");
  const build = [
    process.execPath,
    "--conditions=@winvm/source",
    builder,
    directory,
    cacheDirectory,
  ];
  const own = ["unshare", process.getuid?.() === 0 ? "-m" : "-rm"];
  const hide = "[ ! -d /usr/lib/wine ] || mount -t tmpfs none /usr/lib/wine";
  const isolated = [...own, "sh", "-c", `${hide} && exec "$@"`, "sh"];
  const possible = await run([...isolated, "true"]).then(
    () => true,
    () => false,
  );
  await run(possible ? [...isolated, ...build] : build);
}

async function run([program = "", ...args]: readonly string[]): Promise<void> {
  await runProgram(program, args, { timeoutMs: 600_000 });
}
