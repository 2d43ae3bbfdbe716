import type { Readable, Writable } from "node:stream";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { errorJson } from "../evidence.ts";
import { inputFailed } from "../job/input-failed.ts";
import type { RunResult } from "../records.ts";
import type { RunRequest } from "../request.ts";
import type { StoreEntry } from "../store/store.ts";
import { answerLimitMs, poolJobOf, poolProtocol, type FromPool, type ToPool } from "./messages.ts";
import { dialPool, poolDirectory, poolKey } from "./pool-place.ts";
import { talkOver, type Talk } from "./talk.ts";

/** How long a pool may take to end a job that is cancelled. */
const CANCEL_LIMIT_MS = 10_000;

/**
 * Gives a job to the pool of its state and shares, where there is one with a pair that stands ready.
 *
 * @returns `undefined` where there is none: nothing was done then, and no input was read.
 */
export async function runInPool(
  context: Context,
  { manifest }: StoreEntry,
  request: RunRequest,
): Promise<RunResult | undefined> {
  // A terminal is no part of the talk, and a pair that stands ready is its state's, with its clock.
  const { terminal, clock = "frozen", identity = "same" } = request;
  if (terminal !== undefined || clock !== "frozen" || identity !== "same") return undefined;
  if (context.signal?.aborted) return undefined;
  const directory = poolDirectory(
    context.store.layout,
    poolKey(manifest.key, request.shares ?? []),
  );
  const socket = await dialPool(directory);
  if (socket === undefined) return undefined;
  if (context.signal?.aborted) {
    socket.destroy();
    return undefined;
  }
  const talk = talkOver<FromPool, ToPool>(socket);
  let limit: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    talk.say({ type: "cancel" });
    limit = setTimeout(() => socket.destroy(), CANCEL_LIMIT_MS);
  };
  context.signal?.addEventListener("abort", cancel, { once: true });
  // A process that stands still is connected to all the same.
  const answer = setTimeout(() => socket.destroy(), answerLimitMs);
  try {
    const { createdAt: stateCreatedAt } = manifest;
    talk.say({ type: "run", protocol: poolProtocol, stateCreatedAt, job: poolJobOf(request) });
    return await listen(context, request, talk, () => clearTimeout(answer));
  } finally {
    context.signal?.removeEventListener("abort", cancel);
    clearTimeout(limit);
    clearTimeout(answer);
    socket.destroy();
  }
}

async function listen(
  context: Context,
  request: RunRequest,
  talk: Talk<FromPool, ToPool>,
  onAnswer: () => void,
): Promise<RunResult | undefined> {
  let taken = false;
  const input = request.stdin === undefined ? undefined : new Input(request.stdin, talk);
  try {
    for await (const heard of talk.heard) {
      if (heard.kind === "stdout") await write(request.stdout, heard.payload);
      else if (heard.kind === "stderr") await write(request.stderr, heard.payload);
      else if (heard.kind === "message") {
        const { message } = heard;
        if (message.type === "none") return undefined;
        if (message.type === "taken") {
          onAnswer();
          taken = true;
          talk.say({ type: "go" });
        } else if (message.type === "event") context.emit(message.event);
        else if (message.type === "stdin:more") input?.more();
        else if (message.type === "result") return withInput(message.result, input?.failure);
      }
    }
  } finally {
    input?.stop();
  }
  if (context.signal?.aborted) return { runId: "", outcome: { kind: "cancelled" } };
  // One that ended before it took the job has done nothing.
  if (!taken) return undefined;
  const error = new PipelineError({
    code: "PIPELINE_POOL_FAILED",
    asked: "run the job in a pair of the pool",
    happened: "the pool ended while the job was at work",
    hint: "nobody knows how the command ended; run it again",
  });
  return { runId: "", outcome: { kind: "connectionLost", error: errorJson(error) } };
}

/** A job that was ended for its input's sake tells that. */
function withInput(result: RunResult, failure: Error | undefined): RunResult {
  if (failure === undefined || result.outcome.kind !== "cancelled") return result;
  return { ...result, outcome: { kind: "refused", error: errorJson(inputFailed(failure)) } };
}

function write(stream: Writable | undefined, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (stream === undefined || stream.destroyed) resolve();
    else stream.write(bytes, () => resolve());
  });
}

/** Reads from the command's input what the pool asks for, and no byte more. */
class Input {
  readonly #stream: Readable;
  readonly #talk: Talk<FromPool, ToPool>;
  #wanted = false;
  #ended = false;
  #failure: Error | undefined;

  constructor(stream: Readable, talk: Talk<FromPool, ToPool>) {
    this.#stream = stream;
    this.#talk = talk;
  }

  /** Why it could not be read. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  more(): void {
    if (this.#ended) return;
    this.#wanted = true;
    this.#stream.off("readable", this.#give).on("readable", this.#give);
    this.#stream.off("end", this.#end).on("end", this.#end);
    this.#stream.off("error", this.#fail).on("error", this.#fail);
    this.#give();
  }

  stop(): void {
    this.#stream.off("readable", this.#give).off("end", this.#end).off("error", this.#fail);
    this.#ended = true;
  }

  readonly #give = (): void => {
    if (!this.#wanted || this.#ended) return;
    const piece: unknown = this.#stream.read();
    if (piece === null) {
      if (this.#stream.errored) this.#fail(this.#stream.errored);
      else if (this.#stream.readableEnded || this.#stream.destroyed) this.#end();
      return;
    }
    this.#wanted = false;
    void this.#talk.send("stdin", Buffer.from(piece as Uint8Array | string));
  };

  readonly #end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#talk.say({ type: "stdin:end" });
  };

  readonly #fail = (error: Error): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = error;
    this.#talk.say({ type: "cancel" });
  };
}
