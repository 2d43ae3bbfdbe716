import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ControllerError } from "../errors.ts";
import { parseManifest } from "./manifest.ts";
import type { ControllerImageManifest } from "./manifest.ts";

/** A complete controller image on disk; its files never change. */
export interface ControllerImage {
  readonly directory: string;
  readonly key: string;
  /** Path of the Linux kernel. */
  readonly kernel: string;
  /** Path of the initramfs. */
  readonly initrd: string;
  /** Kernel and initramfs together. */
  readonly sizeBytes: number;
  readonly manifest: ControllerImageManifest;
}

/**
 * Opens an image that {@link buildControllerImage} has made.
 *
 * @throws {ControllerError} `CONTROLLER_IMAGE_BROKEN` when a file is missing, cut short or no manifest.
 */
export async function openControllerImage(directory: string): Promise<ControllerImage> {
  const path = resolve(directory);
  const broken = (happened: string, cause?: unknown): ControllerError =>
    new ControllerError({
      code: "CONTROLLER_IMAGE_BROKEN",
      asked: `open the controller image ${path}`,
      happened,
      hint: "remove the directory; the image is built again when it is needed",
      cause,
    });
  const text = await readFile(join(path, "manifest.json"), "utf8").catch((cause: unknown) => {
    throw broken("it has no manifest.json", cause);
  });
  const manifest = parseManifest(text);
  if (manifest === undefined) throw broken("its manifest.json is none of this version");
  for (const { file, sizeBytes } of [manifest.kernel, manifest.initrd]) {
    const size = await stat(join(path, file)).then(
      ({ size: bytes }) => bytes,
      () => undefined,
    );
    if (size !== sizeBytes)
      throw broken(
        size === undefined
          ? `${file} is missing`
          : `${file} has ${size} bytes instead of ${sizeBytes}`,
      );
  }
  return {
    directory: path,
    key: manifest.key,
    kernel: join(path, manifest.kernel.file),
    initrd: join(path, manifest.initrd.file),
    sizeBytes: manifest.kernel.sizeBytes + manifest.initrd.sizeBytes,
    manifest,
  };
}
