import { QemuError } from "../errors.ts";
import { qemuOption } from "../argv/option.ts";
import { qemuImg, type DiskOptions } from "./qemu-img.ts";

/** A piece of a file. */
export interface Extent {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/**
 * Where a sparse file has data, in order; what lies between reads as zeros. qemu-img asks the file system for it, which
 * Node can't (`SEEK_DATA`, lseek(2)).
 *
 * @throws {QemuError} `QEMU_DISK_NOT_FOUND`, `QEMU_DISK_INVALID`
 */
export async function dataExtents(
  file: string,
  options: DiskOptions = {},
): Promise<readonly Extent[]> {
  const asked = `find the data of ${file}`;
  const image = qemuOption(undefined, { driver: "raw", "file.filename": file });
  const { stdout } = await qemuImg(
    ["map", "-U", "--output=json", "--image-opts", image],
    { asked, file },
    options,
  );
  return parseMap(asked, file, stdout);
}

function parseMap(asked: string, file: string, text: string): readonly Extent[] {
  const invalid = (cause?: unknown): QemuError =>
    new QemuError({
      code: "QEMU_DISK_INVALID",
      asked,
      happened: "qemu-img printed no map",
      hint: "run `qemu-img map` on it and see what it says",
      cause,
      data: { file, stdout: text.slice(0, 1000) },
    });
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch (cause) {
    throw invalid(cause);
  }
  if (!Array.isArray(map)) throw invalid();
  return map
    .map((entry: { start?: unknown; length?: unknown; zero?: unknown }) => {
      const { start, length, zero } = entry;
      if (typeof start !== "number" || typeof length !== "number") throw invalid();
      return { offsetBytes: start, sizeBytes: length, zero };
    })
    .filter(({ sizeBytes, zero }) => sizeBytes > 0 && zero !== true)
    .map(({ offsetBytes, sizeBytes }) => ({ offsetBytes, sizeBytes }));
}
