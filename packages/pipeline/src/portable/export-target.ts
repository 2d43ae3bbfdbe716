import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { describeError, findPlace, syncToDisk, withDeadline } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";
import { tellsOfFullDisk } from "../store/full-disk.ts";
import { fifoStream } from "./fifo-stream.ts";
import { openPath } from "./open-path.ts";

/** Where a container is written. */
export interface Target extends AsyncDisposable {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** All is written: gives a file its name, and waits until it is on the disk. */
  complete(): Promise<void>;
}

/**
 * Opens what is to be written: a file beside the one that it replaces in the end, there where links lead to; a pipe, a device, a
 * descriptor of ours or a stream as it is.
 *
 * @throws PipelineError `PIPELINE_EXPORT_FAILED`; the signal's reason.
 */
export async function openTarget(
  to: string | Writable,
  signal: AbortSignal | undefined,
): Promise<Target> {
  if (typeof to !== "string") return streamTarget(to, signal);
  const asked = `write ${to}`;
  try {
    const place = await findPlace(to);
    if (place.kind === "file") return await replacingTarget(asked, place.path);
    const kind = await stat(to);
    if (kind.isDirectory()) throw new Error("it is a directory");
    if (!kind.isFile()) {
      const handle = await openPath(to, "w", signal);
      if (kind.isFIFO()) return await fifoTarget(asked, handle, signal);
      return directTarget(asked, handle, kind.isBlockDevice());
    }
    const descriptor = place.kind === "open" ? place.descriptor : undefined;
    // Opened anew, it would lose what is in it; its place may be in the middle.
    return descriptor === undefined
      ? directTarget(asked, await open(to, "a"), true)
      : descriptorTarget(asked, descriptor, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw exportFailed(asked, error);
  }
}

async function replacingTarget(asked: string, path: string): Promise<Target> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  // It holds secrets.
  const handle = await open(temporary, "wx", 0o600);
  let complete = false;
  return {
    write: writeTo(asked, handle),
    complete: () =>
      failing(asked, async () => {
        await handle.datasync();
        await rename(temporary, path);
        complete = true;
        await syncToDisk(dirname(path));
      }),
    async [Symbol.asyncDispose]() {
      await handle.close();
      if (!complete) await rm(temporary, { force: true });
    },
  };
}

function directTarget(asked: string, handle: FileHandle, durable: boolean): Target {
  return {
    write: writeTo(asked, handle),
    complete: () => failing(asked, async () => void (durable && (await handle.datasync()))),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

function writeTo(asked: string, handle: FileHandle): Target["write"] {
  return (bytes) =>
    failing(asked, async () => {
      for (let done = 0; done < bytes.length;)
        done += (await handle.write(bytes, done, bytes.length - done)).bytesWritten;
    });
}

/** Writes from the descriptor's own place on, and leaves it open. */
function descriptorTarget(
  asked: string,
  descriptor: number,
  signal: AbortSignal | undefined,
): Target {
  const stream = createWriteStream("", { fd: descriptor, autoClose: false });
  return ownTarget(asked, stream, signal);
}

async function fifoTarget(
  asked: string,
  handle: FileHandle,
  signal: AbortSignal | undefined,
): Promise<Target> {
  const stream = await fifoStream(handle, "w").catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  return {
    ...ownTarget(asked, stream, signal),
    [Symbol.asyncDispose]: async () => void stream.destroy(),
  };
}

function ownTarget(asked: string, stream: Writable, signal: AbortSignal | undefined): Target {
  // Each write tells of its own failure.
  stream.on("error", () => {});
  return streamTarget(stream, signal, asked);
}

function streamTarget(
  stream: Writable,
  signal: AbortSignal | undefined,
  asked = "write the state to the stream",
): Target {
  // A reader that has stopped reading must not hold up a cancellation.
  const write = (bytes: Uint8Array) => (): Promise<void> =>
    new Promise((done, fail) => {
      stream.write(bytes, (error) => {
        if (error) fail(exportFailed(asked, error));
        else done();
      });
    });
  return {
    write: (bytes) => withDeadline(asked, write(bytes), { signal }),
    complete: async () => {},
    async [Symbol.asyncDispose]() {},
  };
}

async function failing(asked: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw exportFailed(asked, error);
  }
}

function exportFailed(asked: string, cause: unknown): PipelineError {
  const full = tellsOfFullDisk(cause);
  return new PipelineError({
    code: "PIPELINE_EXPORT_FAILED",
    asked,
    happened: full ? "the disk is full" : describeError(cause),
    hint: full
      ? "free some space, or write to another disk"
      : "give the path of a file that can be written",
    cause,
  });
}
