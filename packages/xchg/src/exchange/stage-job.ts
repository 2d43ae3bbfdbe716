import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jobFiles, type JobTicket } from "../job/job-files.ts";
import type { Job } from "../job/job.ts";
import { jobCommand, standingCommand, standingSpeech } from "../job/spoken-job.ts";
import { exchangeFiles, jobFileNames } from "../protocol/files.ts";
import type { ExchangePlace } from "./place.ts";
import { publishDirectory } from "./publish.ts";

/** The program that runs a job in the guest. */
const runner = join(import.meta.dirname, "..", "..", "guest", "run-job.sh");

/** A job that the guest can run. */
export interface StagedJob {
  /** What the guest's shell has to be given. */
  readonly command: string;
  /** What a runner that stands by ({@link standingRunner}) has to be told, ahead of {@link sharesReady}. */
  readonly speech: Uint8Array;
}

/**
 * The command that lets a runner stand by in a guest that is to be frozen. It says `ready` and a line break, then waits
 * on its standard input: a job's `speech`, `sharesReady`, the command's own input.
 */
export async function standingRunner(): Promise<string> {
  return standingCommand(await readFile(runner, "utf8"));
}

/**
 * What a runner that stands by wants to find at the place of the exchange directory while none is mounted there, as a script
 * for a POSIX shell in that place: it is in the job's directory then without having to go there, and hears from the share
 * by the cheapest request there is. Without them it takes the long way. Pure.
 */
export function standbyScript(): string {
  return `mkdir -p ${exchangeFiles.inputs} && echo standby >${exchangeFiles.standby}`;
}

/**
 * Publishes a job, whole, as `job/`. What an earlier job left in `status` and `log` goes first.
 *
 * @throws XchgError `XCHG_JOB_INVALID` with all faults.
 */
export async function stageJob(
  place: ExchangePlace,
  job: Job,
  ticket: JobTicket,
): Promise<StagedJob> {
  const files = jobFiles(job, ticket);
  const { directory } = place;
  const temporary = await mkdtemp(join(directory, `.${exchangeFiles.job}-`));
  try {
    await Promise.all([
      copyFile(runner, join(temporary, jobFileNames.runner)),
      ...Object.entries(files).map(([name, bytes]) =>
        writeFile(join(temporary, name), bytes, { mode: 0o644 }),
      ),
      ...[
        join(exchangeFiles.status, exchangeFiles.started),
        join(exchangeFiles.status, exchangeFiles.outcome),
        join(exchangeFiles.log, exchangeFiles.runnerLog),
      ].map((name) => rm(join(directory, name), { force: true })),
    ]);
    await Promise.all(
      [jobFileNames.runner, ...Object.keys(files)].map((name) => place.open(join(temporary, name))),
    );
    await chmod(temporary, 0o755);
    await place.open(temporary);
    await publishDirectory(temporary, join(directory, exchangeFiles.job));
    return {
      command: jobCommand(await readFile(runner, "utf8"), files, ticket.nonce),
      speech: standingSpeech(files, ticket.nonce),
    };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
