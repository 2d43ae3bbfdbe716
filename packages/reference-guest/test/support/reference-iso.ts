import { existsSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, testStore } from "@winvm/test-kit";
import type { TestContext } from "vitest";
import { buildReferenceIso, openReferenceIso, referenceIsoKey } from "../../src/index.ts";
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
  return buildReferenceIso({ directory, cacheDirectory: join(testStore(), "debian") });
}
