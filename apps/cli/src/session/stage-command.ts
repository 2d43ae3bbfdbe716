import { isWinvmError } from "@winvm/runtime";
import type { Pipeline } from "../pipeline.ts";
import { errorFailure, formatFailure } from "../render/failure.ts";
import { isCancellation } from "./session.ts";
import type { CliContext, Session } from "./session.ts";

/**
 * Runs a verb that gives a record (`install`, `suspend`) in a session whose events may go out as JSON: its outcome
 * is then the last line, also when it fails.
 *
 * @param describe what is told about the record: the outcome for programs, a line for people.
 */
export async function runStage<Result>(
  session: Session,
  context: CliContext,
  work: (pipeline: Pipeline) => Promise<Result>,
  describe: (result: Result) => {
    readonly outcome: { readonly kind: string };
    readonly line: string;
  },
): Promise<number> {
  const outcome = (value: object): Promise<void> =>
    session.stdout.write(`${JSON.stringify({ type: "outcome", ...value })}\n`);
  try {
    const told = describe(await work(await context.loadPipeline()));
    session.reporter.clear();
    if (session.json) await outcome(told.outcome);
    else await session.stdout.write(`${told.line}\n`);
    session.checkOutput();
    return 0;
  } catch (error) {
    session.reporter.clear();
    if (isCancellation(error, session.signal)) {
      if (session.json) await outcome({ kind: "cancelled" });
      session.checkOutput();
      return session.cancelledStatus();
    }
    if (!session.json || !isWinvmError(error) || session.stdout.failure !== undefined) throw error;
    await outcome({ kind: "refused", error: error.toJSON() });
    await session.stderr.write(formatFailure(errorFailure(error), session.paint));
    return 125;
  }
}
