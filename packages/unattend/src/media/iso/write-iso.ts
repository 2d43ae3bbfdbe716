import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import { UnattendError } from "../../errors.ts";
import { describeError } from "@winvm/runtime";
import type { FileMap } from "../file-map.ts";
import { sectorBytes, sectorsFor } from "./fields.ts";
import { layoutIso } from "./layout.ts";

/** An image in memory. */
export interface IsoOptions {
  /** The volume's label: 1 to 16 of `A`-`Z`, `0`-`9` and `_`. */
  readonly label: string;
  readonly files: FileMap;
}

/** Content of a file in an image: bytes, or a file of the host that is copied as the image is written. */
export type IsoContent = Uint8Array | { readonly file: string };

/** An image as a file. */
export interface IsoFileOptions {
  /** As {@link IsoOptions.label}. */
  readonly label: string;
  /** Path on the medium, with `/` between names → content. */
  readonly files: Readonly<Record<string, IsoContent>>;
  readonly signal?: AbortSignal | undefined;
  /** Told of what of the image is written, in bytes. */
  readonly onProgress?: ((bytes: number, totalBytes: number) => void) | undefined;
}

/**
 * An ISO 9660 image with Joliet names. The same files give the same bytes: dates are fixed, the order is that of the
 * names.
 *
 * @throws UnattendError `UNATTEND_MEDIA_INVALID` with every fault in `data.faults`: a name that Windows cannot open or
 *   that is longer than 64 UCS-2 units, two names that differ in case only, more than eight levels, a label.
 */
export function writeIso({ label, files }: IsoOptions): Buffer {
  const layout = layoutIso(
    label,
    mapValues(files, ({ length }) => length),
  );
  const image = Buffer.alloc(layout.totalBytes);
  layout.head.copy(image);
  for (const { path, sector } of layout.places) files[path]?.copy(image, sector * sectorBytes);
  return image;
}

/**
 * The same image as a file, written as a stream, so that content may be large. The file appears under its name when it
 * is complete; a failure leaves nothing.
 *
 * @returns the size of the image in bytes
 * @throws UnattendError `UNATTEND_MEDIA_INVALID` as {@link writeIso}; `UNATTEND_MEDIA_WRITE_FAILED` when a file cannot
 *   be read or written, or is not as long as it was.
 */
export async function writeIsoFile(path: string, options: IsoFileOptions): Promise<number> {
  const { label, files, signal, onProgress } = options;
  const asked = `write the ISO image ${path}`;
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  try {
    const sizes = await contentSizes(files);
    const layout = layoutIso(label, sizes);
    const image = await open(temporary, "wx");
    try {
      let written = 0;
      const write = async (bytes: Uint8Array): Promise<void> => {
        await image.writeFile(bytes);
        written += bytes.length;
        onProgress?.(written, layout.totalBytes);
      };
      await write(layout.head);
      for (const place of layout.places) {
        await copyContent(write, files[place.path] ?? new Uint8Array(), place.length, signal);
      }
    } finally {
      await image.close();
    }
    await rename(temporary, path);
    return layout.totalBytes;
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof UnattendError) throw error;
    throw new UnattendError({
      code: "UNATTEND_MEDIA_WRITE_FAILED",
      asked,
      happened: describeError(error),
      cause: error,
      data: { path },
    });
  }
}

async function contentSizes(
  files: Readonly<Record<string, IsoContent>>,
): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const [path, content] of Object.entries(files)) {
    sizes[path] = "file" in content ? (await stat(content.file)).size : content.length;
  }
  return sizes;
}

async function copyContent(
  write: (bytes: Uint8Array) => Promise<void>,
  content: IsoContent,
  length: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  let written = 0;
  const chunks = "file" in content ? createReadStream(content.file, { signal }) : [content];
  for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
    written += chunk.length;
    if (written <= length) await write(chunk);
  }
  if (written !== length) throw new Error(`a file changed its length while it was copied`);
  const rest = sectorsFor(length) * sectorBytes - length;
  if (rest > 0) await write(Buffer.alloc(rest));
}

function mapValues<A, B>(
  values: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
