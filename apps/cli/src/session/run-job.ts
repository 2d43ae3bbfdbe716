import type { LayerResult, Outcome, PipelineOptions, RunRequest } from "@winvm/pipeline";
import { describeError, isWinvmError } from "@winvm/runtime";
import type { WinvmErrorJson } from "@winvm/runtime";
import { openStandardInput } from "../input/standard-input.ts";
import { jsonOutput, plainOutput } from "../output/standard-output.ts";
import type { CommandOutput } from "../output/standard-output.ts";
import type { Pipeline } from "../pipeline.ts";
import { formatFailure, outcomeFailure } from "../render/failure.ts";
import type { JobPlan } from "../request/job-options.ts";
import { readCommand } from "../request/script.ts";
import { isCancellation } from "./session.ts";
import type { CliContext, Session } from "./session.ts";

/** What is left of a request when the plan is taken away. */
export type JobExtras = Pick<RunRequest, "terminal">;

/**
 * What is done with a job's request. `made` is told to programs in place of the outcome, `lines` to people beside the
 * command's output.
 */
export type Perform = (
  pipeline: Pipeline,
  request: RunRequest,
  options: PipelineOptions,
) => Promise<{
  readonly outcome: Outcome;
  readonly runId?: string;
  readonly made?: LayerResult;
  readonly lines?: readonly string[];
}>;

/** How a planned job is carried out. */
export interface HowToRun {
  /** Whether standard input is the command's. */
  readonly input: boolean;
  readonly perform: Perform;
}

const inClone: HowToRun = {
  input: true,
  perform: (pipeline, request, options) => pipeline.run(request, options),
};

/** Runs a planned job: streams, outcome, message. The session's status is the command's, or says why there is none. */
export async function runJob(
  plan: JobPlan,
  session: Session,
  context: CliContext,
  extras: JobExtras = {},
  { input, perform }: HowToRun = inClone,
): Promise<number> {
  const outputs = openOutputs(session);
  let pipeline: Pipeline | undefined;
  let outcome: Outcome;
  let runId: string | undefined;
  let made: LayerResult | undefined;
  let lines: readonly string[] = [];
  try {
    const request = await makeRequest(plan, outputs, session, extras, input);
    pipeline = await context.loadPipeline();
    ({ outcome, runId, made, lines = [] } = await perform(pipeline, request, session.options));
  } catch (error) {
    if (isCancellation(error, session.signal)) outcome = { kind: "cancelled" };
    else if (isWinvmError(error)) outcome = { kind: "refused", error: error.toJSON() };
    else {
      // A stream of events ends with an outcome whatever happens.
      if (session.json) await writeOutcome(session, { kind: "refused", error: faultJson(error) });
      throw error;
    }
  }
  await Promise.all([outputs.stdout.finish(), outputs.stderr.finish()]);
  session.reporter.clear();
  if (session.json) await writeOutcome(session, made ?? outcome, runId);
  else if (lines.length > 0 && session.verbosity !== "quiet") {
    await session.stderr.write(lines.map((line) => `winvm: ${line}\n`).join(""));
  }
  if (outcome.kind === "cancelled" && session.stdout.failure !== undefined) {
    // Nobody asked for the end but the one who stopped reading; that needs no words.
    session.checkOutput();
    return session.cancelledStatus();
  }
  const failure = outcomeFailure(outcome);
  if (failure !== undefined) await session.stderr.write(formatFailure(failure, session.paint));
  session.checkOutput();
  if (outcome.kind === "cancelled") return session.cancelledStatus();
  return pipeline === undefined ? 125 : pipeline.exitStatus(outcome);
}

function writeOutcome(
  session: Session,
  outcome: Outcome | LayerResult,
  runId?: string,
): Promise<void> {
  return session.stdout.write(
    `${JSON.stringify({ type: "outcome", ...outcome, ...(runId === undefined ? {} : { runId }) })}\n`,
  );
}

function faultJson(error: unknown): WinvmErrorJson {
  const happened = describeError(error);
  return { name: "Error", code: "CLI_FAULT", message: `run: ${happened}`, asked: "run", happened };
}

interface Outputs {
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
}

function openOutputs(session: Session): Outputs {
  if (session.json) {
    return {
      stdout: jsonOutput(session.stdout, "stdout"),
      stderr: jsonOutput(session.stdout, "stderr"),
    };
  }
  const before = (): void => session.reporter.clear();
  return {
    stdout: plainOutput(session.stdout, before),
    stderr: plainOutput(session.stderr, before),
  };
}

async function makeRequest(
  plan: JobPlan,
  outputs: Outputs,
  session: Session,
  extras: JobExtras,
  input: boolean,
): Promise<RunRequest> {
  const command = await readCommand(plan.command, () => process.stdin, session.signal);
  const scriptOnStdin = plan.command.kind === "file" && plan.command.file === "-";
  return {
    ...extras,
    guest: plan.guest,
    from: plan.from,
    ...plan.media,
    ...plan.resources,
    rebuild: plan.rebuild,
    shares: plan.shares,
    inputs: plan.inputs,
    outputs: plan.outputs,
    timeoutMs: plan.timeoutMs,
    stdin: scriptOnStdin || !input ? undefined : openStandardInput(),
    pool: plan.pool,
    ...plan.clone,
    stdout: outputs.stdout.stream,
    stderr: outputs.stderr.stream,
    job: {
      command,
      env: { ...plan.env },
      ...(plan.cwd === undefined ? {} : { cwd: plan.cwd }),
    },
  };
}
