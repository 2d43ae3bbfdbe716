import { resolve } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";
import { fileSource, streamSource, type ByteSource, type FileSource } from "./byte-source.ts";
import { fifoStream } from "./fifo-stream.ts";
import { unreadable } from "./import-faults.ts";
import { openPath } from "./open-path.ts";

/** From where a container is read. */
export interface Input {
  /** In words: the path, or `standard input`. */
  readonly name: string;
  readonly source: ByteSource;
  /** Where it can be read from any place. */
  readonly file?: FileSource;
}

/** @throws PipelineError `PIPELINE_IMPORT_UNREADABLE` */
export async function openInput(
  from: string | Readable,
  stack: AsyncDisposableStack,
  signal: AbortSignal | undefined,
): Promise<Input> {
  // Who waits for a stream has to hear of a cancellation too.
  const streamed = (stream: Readable): ByteSource =>
    streamSource(signal === undefined ? stream : addAbortSignal(signal, stream));
  if (typeof from !== "string") return { name: "the stream", source: streamed(from) };
  const name = resolve(from);
  try {
    const handle = stack.use(await openPath(name, "r", signal));
    const found = await handle.stat();
    if (found.isDirectory()) throw new Error("it is a directory");
    if (found.isFile()) {
      const file = fileSource(handle, found.size);
      return { name, source: file, file };
    }
    if (found.isFIFO()) {
      const stream = await fifoStream(handle, "r");
      stack.defer(() => void stream.destroy());
      return { name, source: streamed(stream) };
    }
    return { name, source: streamed(handle.createReadStream({ autoClose: false })) };
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadable(name, cause);
  }
}
