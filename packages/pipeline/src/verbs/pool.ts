import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { abortedError, parseHolder } from "@winvm/runtime";
import { openContext } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { largestPool } from "../pool/largest-pool.ts";
import { dialPool, poolDirectories } from "../pool/pool-place.ts";
import { startPool, type RunningPool } from "../pool/start-pool.ts";
import { answerLimitMs, type FromPool, type PoolReport, type ToPool } from "../pool/messages.ts";
import { talkOver } from "../pool/talk.ts";
import type { PipelineOptions, ShareRequest } from "../request.ts";
import { checkRequest } from "../request-rules.ts";
import { poolFiles } from "../store/layout.ts";
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
  if (!Number.isInteger(size) || size < 1 || size > largestPool || !isTime(idleMs)) {
    throw new PipelineError({
      code: "PIPELINE_INVALID_REQUEST",
      asked: "start a pool",
      happened: `its size is ${size}, its idle time ${idleMs} ms`,
      hint: `give 1 to ${largestPool} pairs, and an idle time of more than 0, and of 24 days at most`,
      data: { size, idleMs },
    });
  }
  await checkRequest({ shares, job: { command: { kind: "argv", argv: ["true"] } } });
  const { context, state } = await readyState(request, options);
  return startPool(context, { state, shares, size, idleMs });
}

/** What a timer of Node can wait for. */
function isTime(ms: number): boolean {
  return ms > 0 && ms <= 2 ** 31 - 1;
}

/** What the pools of the store say of themselves; one that does not answer is left out. */
export async function listPools(options: PipelineOptions = {}): Promise<readonly PoolReport[]> {
  const { reports } = await askAll(options, { type: "status" });
  return reports.flatMap((message) => (message.type === "report" ? [message.report] : []));
}

/**
 * Stops the pools of the store; pairs that stand ready go at once.
 *
 * @param now whether jobs at work are cancelled, too; otherwise they are waited for.
 * @returns how many have stopped.
 * @throws PipelineError `PIPELINE_POOL_FAILED` where one does not answer, after the others have stopped.
 */
export async function stopPools(
  { now }: { readonly now: boolean },
  options: PipelineOptions = {},
): Promise<number> {
  const { reports, silent } = await askAll(options, { type: "stop", now });
  const [directory] = silent;
  if (directory !== undefined) {
    const lock = await readFile(join(directory, poolFiles.lock), "utf8").catch(() => "");
    const pid = parseHolder(lock)?.pid;
    throw new PipelineError({
      code: "PIPELINE_POOL_FAILED",
      asked: "stop the pools",
      happened: `process ${pid ?? "?"} keeps a pool, but does not answer`,
      hint: `\`kill -CONT ${pid ?? "PID"}\` where it was stopped; \`kill -KILL\` ends it, and its machines with it`,
      data: { pid, directory },
    });
  }
  return reports.filter(({ type }) => type === "stopped").length;
}

interface Answers {
  readonly reports: readonly FromPool[];
  /** Directories of pools that were reached, but did not say a word. */
  readonly silent: readonly string[];
}

/** @throws RuntimeError `RUNTIME_ABORTED`. */
async function askAll(options: PipelineOptions, message: ToPool): Promise<Answers> {
  const { store, signal } = await openContext(options);
  const directories = await poolDirectories(store.layout);
  const silent: string[] = [];
  const reports = await Promise.all(
    directories.map(async (directory) => {
      const socket = await dialPool(directory);
      if (socket === undefined) return [];
      const leave = (): void => void socket.destroy();
      signal?.addEventListener("abort", leave, { once: true });
      if (signal?.aborted) leave();
      const limit = setTimeout(() => {
        silent.push(directory);
        leave();
      }, answerLimitMs);
      const talk = talkOver<FromPool, ToPool>(socket);
      talk.say(message);
      const heard: FromPool[] = [];
      for await (const each of talk.heard) {
        clearTimeout(limit);
        if (each.kind === "message") heard.push(each.message);
      }
      clearTimeout(limit);
      signal?.removeEventListener("abort", leave);
      return heard;
    }),
  );
  if (signal?.aborted) throw abortedError(`${message.type} of the pools`, signal);
  return { reports: reports.flat(), silent };
}
