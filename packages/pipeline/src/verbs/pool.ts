import { openContext } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { dialPool, poolDirectories } from "../pool/pool-place.ts";
import { startPool, type RunningPool } from "../pool/start-pool.ts";
import type { FromPool, PoolReport, ToPool } from "../pool/messages.ts";
import { talkOver } from "../pool/talk.ts";
import type { PipelineOptions, ShareRequest } from "../request.ts";
import { checkRequest } from "../request-rules.ts";
import { readyState } from "./run.ts";
import type { StateRequest } from "../states/find-state.ts";

/** Which pairs a pool keeps ready, and how many. */
export interface PoolRequest extends StateRequest {
  /** A run uses the pool only with the very same ones. */
  readonly shares?: readonly ShareRequest[] | undefined;
  /** 1 to 64. */
  readonly size: number;
  /** Milliseconds without a run after which the pairs' memory is given back until the next one. */
  readonly idleMs: number;
}

/** The most pairs of a pool. */
export const largestPool = 64;

/**
 * Starts a pool: pairs that are revived, checked and stand still, so that a run has the answer's first byte after an instant.
 * Makes whatever stage is missing first.
 *
 * @throws PipelineError `PIPELINE_POOL_RUNNING`, `PIPELINE_INVALID_REQUEST`; what `run()` tells as outcomes.
 */
export async function openPool(
  request: PoolRequest,
  options: PipelineOptions = {},
): Promise<RunningPool> {
  const { size, idleMs, shares = [] } = request;
  if (!Number.isInteger(size) || size < 1 || size > largestPool || !(idleMs > 0)) {
    throw new PipelineError({
      code: "PIPELINE_INVALID_REQUEST",
      asked: "start a pool",
      happened: `its size is ${size}, its idle time ${idleMs} ms`,
      hint: `give 1 to ${largestPool} pairs, and an idle time of more than 0`,
      data: { size, idleMs },
    });
  }
  await checkRequest({ shares, job: { command: { kind: "argv", argv: ["true"] } } });
  const { context, state } = await readyState(request, options);
  return startPool(context, { state, shares, size, idleMs });
}

/** What the pools of the store say of themselves. */
export async function listPools(options: PipelineOptions = {}): Promise<readonly PoolReport[]> {
  const reports = await askAll(options, { type: "status" });
  return reports.flatMap((message) => (message.type === "report" ? [message.report] : []));
}

/**
 * Stops the pools of the store; pairs that stand ready go at once.
 *
 * @param now whether jobs at work are cancelled, too; otherwise they are waited for.
 * @returns how many have stopped.
 */
export async function stopPools(
  { now }: { readonly now: boolean },
  options: PipelineOptions = {},
): Promise<number> {
  const answers = await askAll(options, { type: "stop", now });
  return answers.filter(({ type }) => type === "stopped").length;
}

async function askAll(options: PipelineOptions, message: ToPool): Promise<readonly FromPool[]> {
  const { store, signal } = await openContext(options);
  const directories = await poolDirectories(store.layout);
  const answers = await Promise.all(
    directories.map(async (directory) => {
      const socket = await dialPool(directory);
      if (socket === undefined) return [];
      const leave = (): void => void socket.destroy();
      signal?.addEventListener("abort", leave, { once: true });
      const talk = talkOver<FromPool, ToPool>(socket);
      talk.say(message);
      const heard: FromPool[] = [];
      for await (const each of talk.heard) if (each.kind === "message") heard.push(each.message);
      signal?.removeEventListener("abort", leave);
      return heard;
    }),
  );
  return answers.flat();
}
