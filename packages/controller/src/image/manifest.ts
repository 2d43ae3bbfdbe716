/** What `manifest.json` of an image says. */
export interface ControllerImageManifest {
  readonly format: 1;
  /** {@link controllerImageKey} of the recipe it was built from. */
  readonly key: string;
  /** Version of Linux. */
  readonly kernelVersion: string;
  readonly kernel: ImageFile;
  readonly initrd: ImageFile;
  /** Every package that was unpacked for it. */
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
  }[];
}

/** One file of an image. */
export interface ImageFile {
  /** Name in the image's directory. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Reads a manifest; undefined when the text is none. */
export function parseManifest(text: string): ControllerImageManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const manifest = value as Partial<ControllerImageManifest> | null;
  const good =
    typeof manifest === "object" &&
    manifest !== null &&
    manifest.format === 1 &&
    typeof manifest.key === "string" &&
    typeof manifest.kernelVersion === "string" &&
    isImageFile(manifest.kernel) &&
    isImageFile(manifest.initrd) &&
    Array.isArray(manifest.packages);
  return good ? (manifest as ControllerImageManifest) : undefined;
}

function isImageFile(value: unknown): value is ImageFile {
  const file = value as Partial<ImageFile> | null | undefined;
  return (
    typeof file?.file === "string" &&
    !file.file.includes("/") &&
    typeof file.sizeBytes === "number" &&
    typeof file.sha256 === "string"
  );
}
