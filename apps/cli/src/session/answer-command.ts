import type { Pipeline } from "../pipeline.ts";
import { isCancellation, openSession } from "./session.ts";
import type { CliContext, CommonOptions, Session } from "./session.ts";

/** What a command with one answer writes: a value with `--json`, text without. */
export interface Answer {
  readonly value: unknown;
  readonly text: string;
  /** 0 when absent. */
  readonly status?: number;
}

/** Runs a verb that writes one answer, at its end: all but those that tell of jobs and stages as they go on. */
export async function answer(
  options: CommonOptions,
  context: CliContext,
  work: (pipeline: Pipeline, session: Session) => Promise<Answer>,
): Promise<void> {
  await answerAlone(options, context, async (session) =>
    work(await context.loadPipeline(), session),
  );
}

/** Runs a verb with one answer that needs no pipeline. */
export async function answerAlone(
  options: CommonOptions,
  context: CliContext,
  work: (session: Session) => Promise<Answer>,
): Promise<void> {
  using session = openSession(options);
  try {
    const { value, text, status } = await work(session);
    session.reporter.clear();
    await (session.json ? session.writeJson(value) : session.stdout.write(text));
    session.checkOutput();
    context.exit(status ?? 0);
  } catch (error) {
    if (!isCancellation(error, session.signal)) throw error;
    session.checkOutput();
    context.exit(session.cancelledStatus());
  }
}
