import { traced, type WaitOptions } from "@winvm/runtime";
import { jobProgram, type JobTicket } from "../job/job-files.ts";
import type { Job } from "../job/job.ts";
import { exchangeFiles } from "../protocol/files.ts";
import { parseOutcome, type JobOutcome } from "../protocol/outcome.ts";
import { stageInputs, type StagedInputs } from "./inputs.ts";
import { collectOutputs, type CollectedOutputs } from "./outputs.ts";
import { makePlace, type Owner } from "./place.ts";
import { stageJob, type StagedJob } from "./stage-job.ts";
import { readStatusFile } from "./status-file.ts";
import { waitForStarted, type JobStart } from "./wait-for-started.ts";

/** How {@link createExchange} makes the directory. */
export interface ExchangeOptions {
  /**
   * Whose files they are to be in the guest's eyes, for callers who are root (others can't give files away): user and
   * group 1000 when absent.
   */
  readonly owner?: Owner | undefined;
}

/** A directory over which one job goes into the guest and comes back. Its functions may be passed on by themselves. */
export interface Exchange {
  readonly directory: string;
  /** Publishes a job, whole. @throws XchgError `XCHG_JOB_INVALID`. */
  readonly stageJob: (job: Job, ticket: JobTicket) => Promise<StagedJob>;
  /** Copies a directory for the job to read. @throws XchgError `XCHG_INPUTS_UNFIT`; the signal's reason. */
  readonly stageInputs: (source: string, signal?: AbortSignal) => Promise<StagedInputs>;
  /** Waits for the runner's first word. @throws RuntimeError `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`. */
  readonly waitForStarted: (nonce: string, wait?: WaitOptions) => Promise<JobStart>;
  /**
   * How the job ended; `undefined` where the guest has left no record. Ask when its session is over.
   *
   * @param told - the record of a runner that stood by, which leaves no file then: `LastWord.record`
   * @throws XchgError `XCHG_STATUS_INVALID` for a record that is cut off, of another job, or not one at all.
   */
  readonly readOutcome: (nonce: string, told?: string) => Promise<JobOutcome | undefined>;
  /**
   * Copies what the job left to a directory.
   *
   * @param umask - of whoever it is for; this process's when absent
   * @throws XchgError `XCHG_OUTPUTS_UNFIT`; the signal's reason.
   */
  readonly collectOutputs: (
    target: string,
    signal?: AbortSignal,
    umask?: number,
  ) => Promise<CollectedOutputs>;
}

/** Makes an exchange directory, private to the caller, with everything in it but a job. */
export async function createExchange(
  directory: string,
  options: ExchangeOptions = {},
): Promise<Exchange> {
  const root = process.getuid?.() === 0;
  const owner = root ? (options.owner ?? { uid: 1000, gid: 1000 }) : undefined;
  const place = await makePlace(directory, owner);
  let program = "";
  return {
    directory,
    stageJob: async (job, ticket) => {
      const staged = await inTrace("stage the job", () => stageJob(place, job, ticket));
      program = jobProgram(job);
      return staged;
    },
    stageInputs: (source, signal) =>
      inTrace("stage the inputs", () => stageInputs(place, source, signal)),
    waitForStarted: (nonce, wait) => waitForStarted(directory, nonce, wait),
    readOutcome: async (nonce, told) => {
      const text = told ?? (await readStatusFile(directory, exchangeFiles.outcome));
      return text === undefined ? undefined : parseOutcome(text, nonce, program);
    },
    collectOutputs: (target, signal, umask) =>
      inTrace("collect the outputs", () => collectOutputs(place, target, signal, umask)),
  };
}

function inTrace<T>(name: string, work: () => Promise<T>): Promise<T> {
  return traced(() => ({ group: "winvm", lane: "exchange", name }), work);
}
