import { resolve } from "node:path";
import type { Fault } from "@winvm/runtime";
import { CliError } from "../errors.ts";
import { planJob, usageError } from "../request/job-options.ts";
import type { Caller, JobPlan, TypedJobOptions } from "../request/job-options.ts";
import type { Items } from "./combine.ts";
import { openItems, planSources, splitOperands } from "./plan-items.ts";
import { expand, expandWord, hasReplacement, safeName, type ItemPlace } from "./template.ts";

/** The options of `map` as they were typed. */
export interface TypedMapOptions extends TypedJobOptions {
  readonly jobs?: string;
  readonly null?: boolean;
  readonly argFile?: string;
  readonly keepOrder?: boolean;
  readonly tag?: boolean;
  readonly group?: boolean;
  readonly lineBuffer?: boolean;
  readonly ungroup?: boolean;
  readonly dryRun?: boolean;
  readonly joblog?: string;
  readonly failFast?: boolean;
  readonly halt?: string;
  readonly retries?: string;
  readonly junit?: string;
}

/** How the items' output is told. */
export interface OutputPlan {
  /** All of an item at its end, its lines as they come, or whatever comes. */
  readonly mode: "group" | "lines" | "pieces";
  readonly keepOrder: boolean;
  readonly tag: boolean;
}

/** A list of jobs as the command line describes it. */
export interface MapPlan {
  /** What all items have in common; its command and paths still have their replacement strings. */
  readonly common: JobPlan;
  /** The job of one item. */
  readonly jobOf: (place: ItemPlace) => JobPlan;
  /** Opens the list. */
  readonly items: () => Items;
  readonly jobs: number | undefined;
  readonly retries: number | undefined;
  readonly failFast: "now" | "soon" | undefined;
  readonly output: OutputPlan;
  readonly dryRun: boolean;
  readonly joblog: string | undefined;
  readonly junit: string | undefined;
}

/**
 * Makes the plan of a list.
 *
 * @param operands the command, and behind `:::` and `::::` the items.
 * @throws CliError `CLI_USAGE` with all faults.
 */
export function planMap(
  operands: readonly string[],
  options: TypedMapOptions,
  caller: Caller,
): MapPlan {
  const faults: Fault[] = [];
  const { words, sources: given } = splitOperands(operands, faults);
  const sources = planSources(given, options, faults);
  const file = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(caller.workingDirectory, path);
  const plan = {
    items: () => openItems(sources, options.null ?? false, caller),
    jobs: wholeNumber("--jobs", options.jobs, 1, faults),
    retries: wholeNumber("--retries", options.retries, 0, faults),
    failFast: planFailFast(options, faults),
    output: planOutput(options, faults),
    dryRun: options.dryRun ?? false,
    joblog: file(options.joblog),
    junit: file(options.junit),
  };
  const jobOf = jobPlanner(words, options, { caller, lists: sources.length });
  let common: JobPlan | undefined;
  try {
    common = planJob(words, checkedAtOnce(options, sources.length), caller, "map");
  } catch (error) {
    const more = error instanceof CliError ? (error.data["faults"] as readonly Fault[]) : undefined;
    if (more === undefined) throw error;
    faults.push(...more);
  }
  if (common === undefined || faults.length > 0) throw usageError("map", faults);
  return { common, jobOf, ...plan };
}

/** The options without those assignments that an item makes as a whole: whether they are any shows with the item. */
function checkedAtOnce(options: TypedMapOptions, lists: number): TypedMapOptions {
  const known = (texts: readonly string[] = []): readonly string[] =>
    texts.filter((text) => text.includes("=") || !hasReplacement(text, lists));
  return { ...options, env: known(options.env), share: known(options.share) };
}

function wholeNumber(
  path: string,
  typed: string | undefined,
  least: number,
  faults: Fault[],
): number | undefined {
  if (typed === undefined) return undefined;
  const value = /^\d{1,6}$/.test(typed) ? Number(typed) : -1;
  if (value >= least) return value;
  faults.push({ path, expected: `a whole number, ${least} or more`, value: typed });
  return undefined;
}

function planFailFast(
  { failFast = false, halt }: TypedMapOptions,
  faults: Fault[],
): "now" | "soon" | undefined {
  if (halt === undefined) return failFast ? "now" : undefined;
  if (failFast) {
    faults.push({ path: "--halt", expected: "either --halt or --fail-fast", value: halt });
  }
  if (halt === "never") return undefined;
  const when = /^(now|soon),fail=1$/.exec(halt)?.[1];
  if (when === "now" || when === "soon") return when;
  faults.push({ path: "--halt", expected: "now,fail=1, soon,fail=1 or never", value: halt });
  return undefined;
}

function planOutput(options: TypedMapOptions, faults: Fault[]): OutputPlan {
  const { group, lineBuffer, ungroup, keepOrder = false, tag = false } = options;
  const modes = [group, lineBuffer, ungroup].filter((mode) => mode === true);
  if (modes.length > 1) {
    const expected = "only one of --group, --line-buffer and --ungroup";
    faults.push({ path: "--group", expected, value: modes.length });
  }
  if (ungroup === true && (keepOrder || tag)) {
    const expected = "neither --keep-order nor --tag beside it";
    faults.push({ path: "--ungroup", expected, value: true, hint: "--line-buffer takes both" });
  }
  return {
    mode: ungroup === true ? "pieces" : lineBuffer === true ? "lines" : "group",
    keepOrder,
    tag,
  };
}

/** Plans the job of each item. */
function jobPlanner(
  words: readonly string[],
  options: TypedMapOptions,
  { caller, lists }: { readonly caller: Caller; readonly lists: number },
): (place: ItemPlace) => JobPlan {
  const paths = [options.in, options.cwd, ...(options.env ?? []), ...(options.share ?? [])];
  const texts = [...words, ...paths].filter((text) => text !== undefined);
  const named = texts.some((text) => hasReplacement(text, lists));
  const command = named ? words : [...words, "{}"];
  const out = options.out;
  const outputs = out === undefined || hasReplacement(out, lists) ? out : `${out}/{#}`;
  return (place) => {
    const filled = (text: string): string => expand(text, place);
    const { in: inputs, cwd, ...rest } = options;
    const numbers = [`PARALLEL_SEQ=${place.sequence}`, `PARALLEL_JOBSLOT=${place.slot}`];
    const typed: TypedJobOptions = {
      ...rest,
      ...(inputs === undefined ? {} : { in: filled(inputs) }),
      ...(cwd === undefined ? {} : { cwd: filled(cwd) }),
      ...(outputs === undefined ? {} : { out: expand(outputs, place, safeName) }),
      env: [...numbers, ...(options.env ?? []).map(filled)],
      share: (options.share ?? []).map(filled),
    };
    return planJob(
      command.flatMap((word) => expandWord(word, place)),
      typed,
      caller,
      "map",
    );
  };
}
