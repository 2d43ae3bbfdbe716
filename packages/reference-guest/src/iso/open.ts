import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ReferenceGuestError } from "../errors.ts";
import { parseManifest } from "./manifest.ts";
import type { ReferenceManifest } from "./manifest.ts";

/** A complete install ISO of the reference guest. */
export interface ReferenceIso {
  readonly directory: string;
  readonly key: string;
  /** Path of the ISO. */
  readonly iso: string;
  readonly sizeBytes: number;
  readonly manifest: ReferenceManifest;
}

/**
 * Opens an ISO that {@link buildReferenceIso} has made.
 *
 * @throws {ReferenceGuestError} `REFERENCE_GUEST_ISO_BROKEN` when a file is missing, cut short or no manifest.
 */
export async function openReferenceIso(directory: string): Promise<ReferenceIso> {
  const path = resolve(directory);
  const broken = (happened: string, cause?: unknown): ReferenceGuestError =>
    new ReferenceGuestError({
      code: "REFERENCE_GUEST_ISO_BROKEN",
      asked: `open the reference guest's ISO in ${path}`,
      happened,
      hint: "remove the directory; the ISO is built again when it is needed",
      cause,
    });
  const text = await readFile(join(path, "manifest.json"), "utf8").catch((cause: unknown) => {
    throw broken("it has no manifest.json", cause);
  });
  const manifest = parseManifest(text);
  if (manifest === undefined) throw broken("its manifest.json is none of this version");
  const iso = join(path, manifest.iso.file);
  const found = await stat(iso).catch((cause: unknown) => {
    throw broken(`${manifest.iso.file} is missing`, cause);
  });
  if (found.size !== manifest.iso.sizeBytes)
    throw broken(
      `${manifest.iso.file} has ${found.size} bytes instead of ${manifest.iso.sizeBytes}`,
    );
  return { directory: path, key: manifest.key, iso, sizeBytes: found.size, manifest };
}
