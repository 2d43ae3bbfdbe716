import { once } from "node:events";
import { Writable } from "node:stream";
import type { Duplex, Readable } from "node:stream";
import { withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { ControllerError } from "../errors.ts";
import type { CommandExit } from "../protocol/channel.ts";
import type { RemoteCommand, Terminal } from "./session.ts";

/** Where a command's streams come from and go to; an absent one is empty or thrown away. */
export interface CommandStreams {
  /** What the command reads before anything else; when it fails, the command is ended. */
  readonly first?: AsyncIterable<string | Uint8Array> | undefined;
  /** Read to its end; not closed. When reading fails, the command is ended: it must not take that for the end. */
  readonly stdin?: Readable | string | undefined;
  /** Written to, never ended. */
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
}

/**
 * Connects a remote command with its streams and waits for its end, with all of its output delivered. When the wait is
 * over before that, or its input can't be read, the command gets SIGTERM and its channel is closed.
 *
 * Returns undefined when nobody said how it ended: the connection broke.
 *
 * @throws ControllerError `CONTROLLER_INPUT_FAILED`; RuntimeError `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`; what a stream failed with.
 */
export async function driveCommand(
  asked: string,
  command: RemoteCommand,
  streams: CommandStreams,
  wait: WaitOptions,
  terminal?: Terminal,
): Promise<CommandExit | undefined> {
  const { promise: inputFailed, reject: failInput } = Promise.withResolvers<never>();
  // A command that has ended needs no input.
  inputFailed.catch(() => {});
  const stopInput = feed(command, streams, failInput);
  const stopResizing = terminal?.onResize?.((size) => command.resize(size));
  try {
    return await withDeadline(
      asked,
      async () => {
        const ended = Promise.all([
          command.exited,
          pump(command.stream, streams.stdout),
          pump(command.stderr, streams.stderr),
        ]);
        const [exit] = await Promise.race([ended, inputFailed]);
        return exit;
      },
      wait,
    );
  } catch (error) {
    command.kill("TERM");
    command.destroy();
    throw error;
  } finally {
    stopResizing?.();
    stopInput();
  }
}

function feed(
  command: RemoteCommand,
  { first, stdin }: CommandStreams,
  fail: (error: Error) => void,
): () => void {
  const { stream } = command;
  if (first === undefined) return feedInput(stream, stdin, fail);
  let stop: (() => void) | undefined;
  let stopped = false;
  const goOn = (): void => {
    if (!stopped) stop = feedInput(stream, stdin, fail);
  };
  say(stream, first).then(goOn, () => command.destroy());
  return () => {
    stopped = true;
    stop?.();
  };
}

async function say(stream: Duplex, first: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const chunk of first) {
    if (!stream.write(chunk)) await once(stream, "drain");
  }
}

function feedInput(
  stream: Duplex,
  stdin: Readable | string | undefined,
  fail: (error: Error) => void,
): () => void {
  if (stdin === undefined || typeof stdin === "string") {
    stream.end(stdin);
    return () => {};
  }
  const onError = (cause: Error): void => fail(inputError(cause));
  stdin.on("error", onError);
  // One that failed before anybody listened tells it to nobody.
  // A stream of another make may not know the word.
  if (stdin.errored) onError(stdin.errored);
  stdin.pipe(stream);
  return () => {
    stdin.unpipe(stream);
    stdin.off("error", onError);
    // An input that nobody reads any more must not keep the process alive.
    stdin.pause();
  };
}

function inputError(cause: Error): ControllerError {
  return new ControllerError({
    code: "CONTROLLER_INPUT_FAILED",
    asked: "read the command's input",
    happened: cause.message,
    hint: "the command was ended: it would have taken a part of its input for all of it",
    cause,
  });
}

/** Moves bytes with backpressure until the source ends; fails when the sink does. */
function pump(source: Readable, sink: Writable | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (source.readableEnded || source.destroyed) resolve();
  const onData = (chunk: Buffer): void => {
    if (sink === undefined || sink.write(chunk)) return;
    source.pause();
    sink.once("drain", () => source.resume());
  };
  const onSinkGone = (error?: Error): void =>
    reject(error ?? new Error("the stream for the command's output was closed"));
  const onDone = (): void => resolve();
  source.on("data", onData);
  source.once("end", onDone);
  source.once("close", onDone);
  sink?.once("error", onSinkGone);
  sink?.once("close", onSinkGone);
  return promise.finally(() => {
    source.off("data", onData);
    source.off("end", onDone);
    source.off("close", onDone);
    sink?.off("error", onSinkGone);
    sink?.off("close", onSinkGone);
  });
}

/** A sink that keeps what it gets. */
export class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  text(): string {
    return this.bytes.toString("utf8");
  }
}
