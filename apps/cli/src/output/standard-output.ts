import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { callbackify } from "node:util";
import { outputEncoder } from "./output-encoder.ts";

/** One of our own standard streams, which whoever reads it may close at any time. */
export interface StandardOutput extends Disposable {
  /** Writes; resolves when it is handed on, also when nobody reads any more. Never rejects. */
  write(data: string | Uint8Array): Promise<void>;
  /** The first failure of a write: `EPIPE` when the reader has gone. */
  readonly failure: NodeJS.ErrnoException | undefined;
}

/**
 * Takes over a standard stream.
 *
 * @param onFailure called once, for the first failed write; after that everything written is dropped.
 */
export function standardOutput(
  stream: Writable,
  onFailure: (error: NodeJS.ErrnoException) => void,
): StandardOutput {
  let failure: NodeJS.ErrnoException | undefined;
  const fail = (error: NodeJS.ErrnoException): void => {
    if (failure !== undefined) return;
    failure = error;
    onFailure(error);
  };
  stream.on("error", fail);
  return {
    get failure(): NodeJS.ErrnoException | undefined {
      return failure;
    },
    write: (data) =>
      new Promise((resolve) => {
        if (failure !== undefined) {
          resolve();
          return;
        }
        stream.write(data, (error) => {
          if (error) fail(error);
          resolve();
        });
      }),
    [Symbol.dispose]: () => stream.off("error", fail),
  };
}

/** A stream for the pipeline to write one of the command's outputs to, and its end. */
export interface CommandOutput {
  readonly stream: Writable;
  /** How many bytes came. */
  readonly bytes: number;
  /** Ends the stream, if the pipeline has not, and waits until all of it is handed on. */
  finish(): Promise<void>;
}

/** Hands the command's bytes on as they are, at the pace of our reader. */
export function plainOutput(target: StandardOutput, before: () => void): CommandOutput {
  return commandOutput({
    async write(bytes) {
      before();
      await target.write(bytes);
    },
  });
}

/** Hands the command's bytes on as `output` events, with what else is to be in them. */
export function jsonOutput(
  target: StandardOutput,
  name: "stdout" | "stderr",
  more: object = {},
): CommandOutput {
  const encoder = outputEncoder(name);
  const lines = (events: readonly object[]): Promise<void> =>
    events.length === 0
      ? Promise.resolve()
      : target.write(events.map((event) => `${JSON.stringify({ ...event, ...more })}\n`).join(""));
  return commandOutput({
    write: (bytes) => lines(encoder.push(bytes)),
    end: () => lines(encoder.end()),
  });
}

interface Sink {
  write(bytes: Buffer): Promise<void>;
  end?(): Promise<void>;
}

function commandOutput(sink: Sink): CommandOutput {
  let count = 0;
  const write = callbackify((bytes: Buffer) => {
    count += bytes.length;
    return sink.write(bytes);
  });
  const end = callbackify(async () => sink.end?.());
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => write(chunk, done),
    final: (done) => end(done),
  });
  return {
    stream,
    get bytes() {
      return count;
    },
    async finish(): Promise<void> {
      if (stream.destroyed || stream.writableFinished) return;
      if (!stream.writableEnded) stream.end();
      await finished(stream);
    },
  };
}
