import { resolve } from "node:path";
import type { Job } from "@winvm/xchg";
import type { PipelineEvent } from "../events/event.ts";
import type { RunResult } from "../records.ts";
import type { RunRequest } from "../request.ts";

/** Raised when the talk changes; a pool of another version hands out nothing. */
export const poolProtocol = 3;

/** What a run asks a pool for: the request without what both have, without streams. */
export interface PoolJob {
  readonly job: Job;
  readonly inputs?: string | undefined;
  readonly outputs?: string | undefined;
  /** The run's, for its outputs. */
  readonly umask: number;
  readonly timeoutMs?: number | undefined;
  /** Whether the command has an input. */
  readonly stdin: boolean;
}

/** What a pool is told. */
export type ToPool =
  | {
      readonly type: "run";
      readonly protocol: number;
      /** A state that was made anew has the key of the old one. */
      readonly stateCreatedAt: string;
      readonly job: PoolJob;
    }
  /** The run has heard that a pair takes its job, and still waits: the pair may begin. */
  | { readonly type: "go" }
  /** The command's input is at its end. */
  | { readonly type: "stdin:end" }
  | { readonly type: "cancel" }
  | { readonly type: "status" }
  /** `now`: jobs that run are cancelled; otherwise they are waited for. */
  | { readonly type: "stop"; readonly now: boolean };

/** What a pool looks like from outside. */
export interface PoolReport {
  readonly pid: number;
  readonly protocol: number;
  /** How many pairs are to stand ready. */
  readonly size: number;
  readonly ready: number;
  /** Pairs that are being made. */
  readonly making: number;
  /** Jobs at work. */
  readonly running: number;
  /** Jobs since its start. */
  readonly served: number;
  /** Whether it has given its memory back until the next run asks. */
  readonly idle: boolean;
  /** Bytes of RAM that belong to its ready pairs alone. */
  readonly privateBytes: number;
  readonly guest: string;
  readonly stateKey: string;
}

/** What a pool answers. */
export type FromPool =
  /** A pair takes the job, when it is told to go. */
  | { readonly type: "taken" }
  /** None is ready, or the talk is of another version: the run has to revive a pair itself. */
  | { readonly type: "none"; readonly why: string }
  | { readonly type: "event"; readonly event: PipelineEvent }
  /** The command can take a further piece of input. */
  | { readonly type: "stdin:more" }
  | { readonly type: "result"; readonly result: RunResult }
  | { readonly type: "report"; readonly report: PoolReport }
  /** It will be stopped: jobs may have to be waited for. */
  | { readonly type: "stopping" }
  | { readonly type: "stopped" };

/** How long each end waits for the other's first word, in milliseconds: it needs no longer, unless it stands still. */
export const answerLimitMs = 2000;

/** The part of a request that goes to a pool, which has a working directory and a umask of its own. */
export function poolJobOf(request: RunRequest): PoolJob {
  const { job, inputs, outputs, timeoutMs, stdin } = request;
  return {
    job,
    inputs: absolute(inputs),
    outputs: absolute(outputs),
    umask: process.umask(),
    timeoutMs,
    stdin: stdin !== undefined,
  };
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

/** Marks bytes: the names of variables are the only ones in a message that are not ours, and hold no `=`. */
const bytesMark = "=base64";

/** A message as JSON; bytes (a script's text may be any) become base64. Pure. */
export function encodeMessage(message: ToPool | FromPool): Buffer {
  return Buffer.from(
    JSON.stringify(message, function (this: unknown, key: string, value: unknown) {
      const raw = (this as Record<string, unknown>)[key];
      return raw instanceof Uint8Array
        ? { [bytesMark]: Buffer.from(raw).toString("base64") }
        : value;
    }),
  );
}

/**
 * The message in a frame's payload. Pure.
 *
 * @throws SyntaxError for what is no JSON.
 */
export function decodeMessage(payload: Uint8Array): ToPool | FromPool {
  return JSON.parse(Buffer.from(payload).toString("utf8"), (_key, value: unknown) =>
    isBytes(value) ? new Uint8Array(Buffer.from(value[bytesMark], "base64")) : value,
  ) as ToPool | FromPool;
}

function isBytes(value: unknown): value is { readonly [bytesMark]: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length === 1 &&
    typeof (value as { [bytesMark]?: unknown })[bytesMark] === "string"
  );
}
