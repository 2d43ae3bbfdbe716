import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeError } from "@winvm/runtime";
import { UnattendError } from "../../errors.ts";

/** A file as it comes from a mirror. */
export interface MirrorFile {
  /** Where it begins, in bytes: what was asked for, or 0 where the mirror cannot begin in the middle. */
  readonly from: number;
  /** How long the whole file is, where the mirror says so. */
  readonly totalBytes: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where Cygwin's files come from. An error that it throws may go away by itself, unless it is an UnattendError. */
export interface Mirror {
  /** For people. */
  readonly name: string;
  /**
   * @param path below the mirror's root.
   * @returns `undefined` when there is no such file.
   */
  open(path: string, from: number, signal: AbortSignal): Promise<MirrorFile | undefined>;
}

/** A mirror by its URL (`http:`, `https:`, `file:`), or a directory. */
export function openMirror(place: string): Mirror {
  if (/^https?:/i.test(place)) return httpMirror(place);
  return directoryMirror(/^file:/i.test(place) ? fileDirectory(place) : place);
}

function fileDirectory(place: string): string {
  try {
    return fileURLToPath(place);
  } catch (cause) {
    throw noMirror(place, describeError(cause), cause);
  }
}

function noMirror(place: string, happened: string, cause?: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_CYGWIN_MIRROR_FAILED",
    asked: `use the mirror ${place}`,
    happened,
    hint: "give https://HOST/PATH, file:///DIRECTORY or the directory itself",
    ...(cause !== undefined && { cause }),
    data: { mirror: place },
  });
}

function directoryMirror(directory: string): Mirror {
  return {
    name: directory,
    async open(path, from, signal) {
      const file = join(directory, path);
      const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ENOTDIR") return;
        throw definite(path, directory, error.message, error);
      });
      if (found?.isFile() !== true) return undefined;
      const start = from < found.size ? from : 0;
      return {
        from: start,
        totalBytes: found.size,
        body: fileFrom(file, start, signal),
      };
    },
  };
}

function httpMirror(place: string): Mirror {
  if (!URL.canParse(place)) {
    throw noMirror(place, "it is no URL");
  }
  const base = new URL(place.endsWith("/") ? place : `${place}/`);
  const open = async (
    path: string,
    from: number,
    signal: AbortSignal,
  ): Promise<MirrorFile | undefined> => {
    const url = new URL(path.split("/").map(encodeURIComponent).join("/"), base);
    // Without compression on the way, so that lengths are those of the file.
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (from > 0) headers["range"] = `bytes=${from}-`;
    const response = await fetch(url, { headers, signal });
    const { status, body } = response;
    if (status === 200) {
      const plain = response.headers.get("content-encoding") === null;
      const totalBytes = plain ? wholeNumber(response.headers.get("content-length")) : undefined;
      return { from: 0, totalBytes, body: body ?? none() };
    }
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
    if (status === 206 && range !== null && Number(range[1]) === from) {
      return { from, totalBytes: wholeNumber(range[2] ?? null), body: body ?? none() };
    }
    await body?.cancel();
    // The mirror cannot go on from there.
    if ((status === 206 || status === 416) && from > 0) return open(path, 0, signal);
    if (status === 404 || status === 410) return undefined;
    if (status >= 500 || status === 429 || status === 408) throw new Error(`HTTP status ${status}`);
    throw definite(path, base.href, `HTTP status ${status}`);
  };
  return { name: base.href, open };
}

function definite(path: string, mirror: string, happened: string, cause?: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_CYGWIN_MIRROR_FAILED",
    asked: `get ${path} from ${mirror}`,
    happened,
    hint: "try another mirror",
    cause,
    data: { path, mirror, refused: true },
  });
}

/** Whether a mirror has refused a file, so that asking again is of no use. */
export function isRefusal(error: unknown): boolean {
  return error instanceof UnattendError && error.data["refused"] === true;
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Opens the file only when somebody reads. */
async function* fileFrom(
  file: string,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { start, signal, highWaterMark: 1 << 18 });
}

async function* none(): AsyncGenerator<Uint8Array> {}
