import type { MapReport, Outcome } from "@winvm/pipeline";
import { describeError, isWinvmError } from "@winvm/runtime";
import type { Pipeline } from "../pipeline.ts";
import { formatFailure, outcomeFailure } from "../render/failure.ts";
import { isCancellation } from "../session/session.ts";
import type { CliContext, Session } from "../session/session.ts";
import { wordsOf } from "./command-words.ts";
import { itemJson } from "./item-text.ts";
import type { Items } from "./combine.ts";
import { quoted } from "./joblog.ts";
import { writeJsonLine } from "./json-line.ts";
import { openList, type OpenList } from "./open-list.ts";
import type { MapPlan } from "./plan-map.ts";
import { mapReporter, type MapReporter } from "./reporter.ts";
import { untilAborted } from "./until-aborted.ts";

/** The most that the exit status counts, as GNU parallel has it. */
const mostCounted = 101;

/**
 * Runs a planned list: outputs, logs, reports, summary. With `--json` the last line is the outcome, however it ends. Gives
 * the status to exit with.
 */
export async function runMap(
  plan: MapPlan,
  session: Session,
  context: CliContext,
): Promise<number> {
  const items = plan.items();
  using reporter = mapReporter(session, () => items.total);
  let report: MapReport | undefined;
  let pipeline: Pipeline;
  try {
    if (plan.dryRun) return await dryRun(plan, items, session);
    await using list = await openList(plan, items, session, reporter);
    pipeline = await context.loadPipeline();
    report = await runList(plan, list, session, pipeline);
    await list.close();
  } catch (error) {
    reporter.clear();
    session.reporter.clear();
    const cancelled = isCancellation(error, session.signal);
    if (session.json) await writeJsonLine(session, failedLine(error, cancelled, report));
    else if (report !== undefined && !cancelled) await tellReport(report, session, reporter);
    if (!cancelled) throw error;
    session.checkOutput();
    return session.cancelledStatus();
  }
  reporter.clear();
  session.reporter.clear();
  if (session.json) await writeJsonLine(session, lastLine(report, session.signal.aborted));
  await tellReport(report, session, reporter);
  await tellLack(items, session);
  session.checkOutput();
  if (session.signal.aborted) return session.cancelledStatus();
  if (report.refused !== undefined) return 125;
  if (plan.failFast !== undefined && report.firstFailure !== undefined) {
    return pipeline.exitStatus(report.firstFailure);
  }
  return Math.min(report.failed + report.machineFailed, mostCounted);
}

/** Gives the list to the pipeline; where that fails, what has come out until then is told all the same. */
async function runList(
  plan: MapPlan,
  list: OpenList,
  session: Session,
  pipeline: Pipeline,
): Promise<MapReport> {
  list.exitStatus = (outcome) => pipeline.exitStatus(outcome);
  try {
    return await pipeline.mapRuns(
      {
        guest: plan.common.guest,
        from: plan.common.from,
        ...plan.common.media,
        ...plan.common.resources,
        rebuild: plan.common.rebuild,
        items: list.items(),
        jobs: plan.jobs,
        retries: plan.retries,
        failFast: plan.failFast,
      },
      { ...session.options, onMapEvent: (event) => list.event(event) },
    );
  } catch (error) {
    const cancelled = isCancellation(error, session.signal);
    await list.close().catch((closing: unknown) => {
      // The first error is the one to tell.
      if (cancelled) throw closing;
    });
    throw error;
  }
}

/** The outcome of a list that could not be brought to its end, with what it has come to where that is known. */
function failedLine(error: unknown, cancelled: boolean, report: MapReport | undefined): object {
  if (cancelled) return { type: "outcome", kind: "cancelled" };
  const told = isWinvmError(error) ? error.toJSON() : faultJson(error);
  return { type: "outcome", ...report, kind: "refused", error: told };
}

function lastLine({ refused, ...report }: MapReport, cancelled: boolean): object {
  if (refused !== undefined) return { type: "outcome", ...refused };
  return { type: "outcome", kind: cancelled ? "cancelled" : "mapped", ...report };
}

async function tellReport(
  report: MapReport,
  session: Session,
  reporter: MapReporter,
): Promise<void> {
  if (report.refused !== undefined) await tellRefusal(report.refused, session);
  else reporter.summary(report);
}

async function tellLack(items: Items, { json, stderr, paint }: Session): Promise<void> {
  if (json || !items.lacking) return;
  const text = "one of the lists is empty, so there is no combination: nothing was to be run";
  await stderr.write(`${paint("dim", "winvm:")} ${text}\n`);
}

async function tellRefusal(outcome: Outcome, { stderr, paint }: Session): Promise<void> {
  const failure = outcomeFailure(outcome);
  if (failure !== undefined) await stderr.write(formatFailure(failure, paint));
}

function faultJson(error: unknown): object {
  const happened = describeError(error);
  return { name: "Error", code: "CLI_FAULT", message: `map: ${happened}`, asked: "map", happened };
}

/** Says what would be run. With `--json` the outcome says of how many items. */
async function dryRun(plan: MapPlan, items: Items, session: Session): Promise<number> {
  let sequence = 0;
  for await (const values of untilAborted(items, session.signal)) {
    sequence += 1;
    const { command } = plan.jobOf({ values, sequence, slot: 1 });
    if (session.json)
      await writeJsonLine(session, { type: "item:dry", sequence, ...itemJson(values), command });
    else await session.stdout.write(`${quoted(wordsOf(command))}\n`);
  }
  const cancelled = session.signal.aborted;
  const kind = cancelled ? "cancelled" : "dry";
  if (session.json) await writeJsonLine(session, { type: "outcome", kind, items: sequence });
  await tellLack(items, session);
  session.checkOutput();
  return cancelled ? session.cancelledStatus() : 0;
}
