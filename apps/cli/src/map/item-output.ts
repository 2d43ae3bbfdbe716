import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { callbackify } from "node:util";
import { chain, tagged, unchanged, wholeLines, type Filter } from "./lines.ts";
import type { OutputPlan } from "./plan-map.ts";
import { Spool, SpoolMemory } from "./spool.ts";

/** The two outputs of a command. */
export type StreamName = "stdout" | "stderr";

/** Where everything goes in the end; resolves when it is handed on. */
export type Tell = (stream: StreamName, bytes: Buffer) => Promise<void>;

/** The outputs of one attempt at an item. */
export interface AttemptOutput {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Bytes that came on standard output. */
  readonly stdoutBytes: number;
  /** The attempt failed and another one follows: what was kept of it is forgotten. */
  drop(): Promise<void>;
  /** It was the last: all that is kept is told, as soon as its turn has come. `after` is told then. */
  end(after: () => Promise<void>): Promise<void>;
}

/** What the outputs that wait for their turn take of memory, together. */
const waitingBytes = 32 * 2 ** 20;

/** Tells the outputs of many items as the plan wants it. */
export class ItemOutputs {
  readonly #plan: OutputPlan;
  readonly #tell: Tell;
  /** What is being told; nothing else comes between. */
  #telling: Promise<void> = Promise.resolve();
  /** The item whose turn it is, where order is kept. */
  #turn = 1;
  /** What is to be done in their turn; `undefined` for one that needs nothing. */
  readonly #ended = new Map<number, (() => Promise<void>) | undefined>();
  readonly #memory = new SpoolMemory(waitingBytes);
  readonly #begun = new Map<number, () => Promise<void>>();

  constructor(plan: OutputPlan, tell: Tell) {
    this.#plan = plan;
    this.#tell = tell;
  }

  /** The outputs of an attempt. */
  open(sequence: number, tag: string): AttemptOutput {
    const { mode, keepOrder } = this.#plan;
    const streams = { stdout: this.#stream(tag), stderr: this.#stream(tag) };
    let live = mode !== "group" && (!keepOrder || sequence === this.#turn);
    let stdoutBytes = 0;
    const keeping = new Set<Promise<void>>();
    const keep = async (spool: Spool, bytes: Buffer): Promise<void> => {
      const kept = spool.write(bytes);
      keeping.add(kept);
      await kept.finally(() => keeping.delete(kept));
    };
    const sink = (name: StreamName): Writable => {
      const { filter, spool } = streams[name];
      const write = callbackify(async (bytes: Buffer) => {
        if (name === "stdout") stdoutBytes += bytes.length;
        const told = filter.push(bytes);
        if (told.length === 0) return;
        if (live) await this.#alone(() => this.#tell(name, told));
        else await keep(spool, told);
      });
      const stream = new Writable({
        write: (chunk: Buffer, _encoding, done) => write(chunk, done),
      });
      // Told by whoever waits for its end.
      return stream.on("error", () => {});
    };
    const [stdout, stderr] = [sink("stdout"), sink("stderr")];
    const tellKept = async (): Promise<void> => {
      for (const name of ["stdout", "stderr"] as const) {
        for await (const bytes of streams[name].spool.read()) await this.#tell(name, bytes);
        await streams[name].spool[Symbol.asyncDispose]();
      }
    };
    const close = async (): Promise<void> => {
      this.#begun.delete(sequence);
      await Promise.all([ended(stdout), ended(stderr)]);
    };
    if (mode !== "group" && keepOrder) {
      // Once its turn has come, its lines are told as they come.
      this.#begun.set(sequence, () =>
        this.#alone(async () => {
          live = true;
          // Whoever writes hears of a failure.
          await Promise.allSettled(keeping);
          await tellKept();
        }),
      );
    }
    return {
      stdout,
      stderr,
      get stdoutBytes() {
        return stdoutBytes;
      },
      drop: async () => {
        await close();
        // Its turn may have come: what is just being read can't be forgotten.
        await this.#alone(async () => {
          for (const { spool } of Object.values(streams)) await spool[Symbol.asyncDispose]();
        });
      },
      end: async (after) => {
        await close();
        const rest = async (): Promise<void> => {
          await tellKept();
          for (const name of ["stdout", "stderr"] as const) {
            const bytes = streams[name].filter.end();
            if (bytes.length > 0) await this.#tell(name, bytes);
          }
          await after();
        };
        if (keepOrder) await this.#inTurn(sequence, rest);
        else await this.#alone(rest);
      },
    };
  }

  /** An item that has no output. */
  async skip(sequence: number): Promise<void> {
    if (this.#plan.keepOrder) await this.#inTurn(sequence, undefined);
  }

  /** Tells what has not had its turn. */
  async close(): Promise<void> {
    for (const sequence of [...this.#ended.keys()].toSorted((a, b) => a - b)) {
      this.#turn = sequence;
      await this.#tellTurns();
    }
    await this.#telling;
  }

  async #inTurn(sequence: number, tell: (() => Promise<void>) | undefined): Promise<void> {
    this.#ended.set(sequence, tell);
    await this.#tellTurns();
  }

  async #tellTurns(): Promise<void> {
    while (this.#ended.has(this.#turn)) {
      const tell = this.#ended.get(this.#turn);
      this.#ended.delete(this.#turn);
      this.#turn += 1;
      if (tell !== undefined) await this.#alone(tell);
    }
    await this.#begun.get(this.#turn)?.();
  }

  #alone(work: () => Promise<void>): Promise<void> {
    const done = this.#telling.then(work);
    this.#telling = done.catch(() => {});
    return done;
  }

  #stream(tag: string): { readonly filter: Filter; readonly spool: Spool } {
    const lines = this.#plan.mode === "lines" ? wholeLines() : unchanged();
    return {
      filter: this.#plan.tag ? chain(lines, tagged(tag)) : lines,
      spool: new Spool(this.#memory),
    };
  }
}

/** Ends a stream, if that was not done yet, and waits until all of it was handed on. */
async function ended(stream: Writable): Promise<void> {
  if (stream.errored) throw stream.errored;
  if (stream.destroyed || stream.writableFinished) return;
  if (!stream.writableEnded) stream.end();
  await finished(stream);
}
