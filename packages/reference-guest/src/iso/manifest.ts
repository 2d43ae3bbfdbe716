/** What `manifest.json` beside an ISO says. */
export interface ReferenceManifest {
  readonly format: 1;
  /** {@link referenceIsoKey} of what it was built from. */
  readonly key: string;
  /** Version of Linux. */
  readonly kernelVersion: string;
  /** Version of the Node that reads answer files. */
  readonly nodeVersion: string;
  readonly iso: { readonly file: string; readonly sizeBytes: number; readonly sha256: string };
  /** Every package that something was taken from. */
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
  }[];
}

/** Reads a manifest; undefined when the text is none. */
export function parseManifest(text: string): ReferenceManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const manifest = value as Partial<ReferenceManifest> | null;
  const iso = manifest?.iso as Partial<ReferenceManifest["iso"]> | null | undefined;
  const good =
    typeof manifest === "object" &&
    manifest !== null &&
    manifest.format === 1 &&
    typeof manifest.key === "string" &&
    typeof iso?.file === "string" &&
    !iso.file.includes("/") &&
    typeof iso.sizeBytes === "number" &&
    Array.isArray(manifest.packages);
  return good ? (manifest as ReferenceManifest) : undefined;
}
