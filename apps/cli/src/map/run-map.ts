import { constants } from "node:fs";
import { access, appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ItemEnd, MapEvent, MapItem, MapReport, Outcome, RunRequest } from "@winvm/pipeline";
import { describeError, isWinvmError, writeFileAtomically } from "@winvm/runtime";
import { CliError } from "../errors.ts";
import { findReports } from "../junit/find-reports.ts";
import { mergedReport, suitesOf } from "../junit/merge.ts";
import type { XmlElement } from "../junit/xml.ts";
import { jsonOutput, type CommandOutput } from "../output/standard-output.ts";
import type { Pipeline } from "../pipeline.ts";
import { formatFailure, outcomeFailure } from "../render/failure.ts";
import type { PlannedCommand } from "../request/job-options.ts";
import { readCommand } from "../request/script.ts";
import { isCancellation } from "../session/session.ts";
import type { CliContext, Session } from "../session/session.ts";
import type { ItemList } from "./item-list.ts";
import { ItemOutputs, type AttemptOutput } from "./item-output.ts";
import { joblogHeader, joblogLine, quoted } from "./joblog.ts";
import type { MapPlan } from "./plan-map.ts";
import { mapReporter, type MapReporter } from "./reporter.ts";

/** The most that the exit status counts, as GNU parallel has it. */
const mostCounted = 101;

/** Runs a planned list: outputs, logs, reports, summary. Gives the status to exit with. */
export async function runMap(
  plan: MapPlan,
  session: Session,
  context: CliContext,
): Promise<number> {
  const items = plan.items();
  if (plan.dryRun) return dryRun(plan, items, session);
  using reporter = mapReporter(session, () => items.total);
  await using list = await openList(plan, items, session, reporter);
  let report: MapReport;
  let pipeline: Pipeline;
  try {
    pipeline = await context.loadPipeline();
    list.exitStatus = (outcome) => pipeline.exitStatus(outcome);
    report = await pipeline.mapRuns(
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
    reporter.clear();
    session.reporter.clear();
    const cancelled = isCancellation(error, session.signal);
    await list.close().catch((closing: unknown) => {
      // The first error is the one to tell.
      if (cancelled) throw closing;
    });
    if (!cancelled) {
      const told = isWinvmError(error) ? error.toJSON() : faultJson(error);
      if (session.json)
        await writeJsonLine(session, { type: "outcome", kind: "refused", error: told });
      throw error;
    }
    if (session.json) await writeJsonLine(session, { type: "outcome", kind: "cancelled" });
    session.checkOutput();
    return session.cancelledStatus();
  }
  await list.close();
  reporter.clear();
  session.reporter.clear();
  if (session.json) await writeJsonLine(session, lastLine(report, session.signal.aborted));
  if (report.refused !== undefined) await tellRefusal(report.refused, session);
  else reporter.summary(report);
  session.checkOutput();
  if (session.signal.aborted) return session.cancelledStatus();
  if (report.refused !== undefined) return 125;
  if (plan.failFast !== undefined && report.firstFailure !== undefined) {
    return pipeline.exitStatus(report.firstFailure);
  }
  return Math.min(report.failed + report.machineFailed, mostCounted);
}

function lastLine({ refused, ...report }: MapReport, cancelled: boolean): object {
  if (refused !== undefined) return { type: "outcome", ...refused };
  return { type: "outcome", kind: cancelled ? "cancelled" : "mapped", ...report };
}

async function tellRefusal(outcome: Outcome, { stderr, paint }: Session): Promise<void> {
  const failure = outcomeFailure(outcome);
  if (failure !== undefined) await stderr.write(formatFailure(failure, paint));
}

function faultJson(error: unknown): object {
  const happened = describeError(error);
  return { name: "Error", code: "CLI_FAULT", message: `map: ${happened}`, asked: "map", happened };
}

function writeJsonLine({ stdout }: Session, value: object): Promise<void> {
  return stdout.write(`${JSON.stringify(value)}\n`);
}

/** Says what would be run. */
async function dryRun(plan: MapPlan, items: ItemList, session: Session): Promise<number> {
  let sequence = 0;
  for await (const item of items) {
    sequence += 1;
    if (session.signal.aborted) return session.cancelledStatus();
    const { command } = plan.jobOf({ item, sequence, slot: 1 });
    if (session.json) await writeJsonLine(session, { type: "item:dry", sequence, item, command });
    else await session.stdout.write(`${quoted(wordsOf(command))}\n`);
  }
  session.checkOutput();
  return 0;
}

/** A command as words; a text stands for itself. */
function wordsOf(command: PlannedCommand): readonly string[] {
  switch (command.kind) {
    case "argv":
      return command.argv;
    case "text":
      return [command.shell, "-c", command.text, ...command.args];
    case "file":
      return [command.shell, command.file, ...command.args];
  }
}

/** What belongs to an item that runs. */
interface OpenItem {
  readonly item: string;
  readonly command: string;
  readonly outputs: string | undefined;
  readonly streams: AttemptOutput;
}

/** Makes the items' jobs and tells what comes of them. */
class OpenList implements AsyncDisposable {
  exitStatus: Pipeline["exitStatus"] = () => 125;
  readonly #plan: MapPlan;
  readonly #list: ItemList;
  readonly #session: Session;
  readonly #reporter: MapReporter;
  readonly #outputs: ItemOutputs;
  readonly #script: RunRequest["job"]["command"] | undefined;
  readonly #texts = new Map<number, string>();
  readonly #open = new Map<number, OpenItem>();
  readonly #suites = new Map<number, readonly XmlElement[]>();
  /** Where outputs are for a while that nobody wants but the report. */
  readonly #scratch: string | undefined;
  #logBegun: Promise<void> | undefined;
  #closed = false;

  constructor(
    plan: MapPlan,
    list: ItemList,
    session: Session,
    reporter: MapReporter,
    more: {
      readonly script: RunRequest["job"]["command"] | undefined;
      readonly scratch: string | undefined;
    },
  ) {
    this.#plan = plan;
    this.#list = list;
    this.#session = session;
    this.#reporter = reporter;
    this.#script = more.script;
    this.#scratch = more.scratch;
    this.#outputs = new ItemOutputs(plan.output, async (stream, bytes) => {
      this.#makeRoom();
      await session[stream].write(bytes);
    });
  }

  async *items(): AsyncGenerator<MapItem> {
    let sequence = 0;
    for await (const item of this.#list) {
      this.#texts.set(++sequence, item);
      yield ({ slot, sequence: number }) => this.#job(item, number, slot);
    }
  }

  async event(event: MapEvent): Promise<void> {
    this.#reporter.event(event);
    const { sequence } = event.type === "memory:wait" ? { sequence: 0 } : event;
    const failed = event.type === "item:retry" ? this.#take(sequence) : undefined;
    const item = this.#texts.get(sequence) ?? "";
    if (sequence > 0) await this.#beginLog();
    if (this.#session.json && event.type !== "item:end") {
      const told = sequence === 0 ? event : { ...event, item };
      await writeJsonLine(this.#session, told);
    }
    await failed?.streams.drop();
    if (event.type === "item:skip") {
      if (this.#plan.junit !== undefined) {
        const skipped = { sequence, item, outcome: undefined, elapsedMs: 0, reports: [] };
        this.#suites.set(sequence, suitesOf(skipped));
      }
      this.#texts.delete(sequence);
      await this.#outputs.skip(sequence);
    }
    if (event.type === "item:end") await this.#end(event, item);
  }

  /** At once, before anything is waited for: the next attempt may put its own there. */
  #take(sequence: number): OpenItem | undefined {
    const open = this.#open.get(sequence);
    this.#open.delete(sequence);
    return open;
  }

  /** Tells what is left, and writes the report; an old one stays where no item was taken. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#outputs.close();
    const { junit } = this.#plan;
    if (junit === undefined || this.#suites.size === 0) return;
    const suites = [...this.#suites].toSorted(([a], [b]) => a - b).flatMap(([, ofItem]) => ofItem);
    await writeFileAtomically(junit, mergedReport("winvm map", suites));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#scratch !== undefined) await rm(this.#scratch, { recursive: true, force: true });
  }

  #job(item: string, sequence: number, slot: number) {
    const planned = this.#plan.jobOf({ item, sequence, slot });
    const { command, shares, env, cwd, inputs, timeoutMs, clone } = planned;
    const outputs =
      planned.outputs ??
      (this.#scratch === undefined ? undefined : join(this.#scratch, String(sequence)));
    const streams = this.#session.json
      ? this.#jsonStreams(sequence)
      : this.#outputs.open(sequence, item.replaceAll(/[\r\n]/g, " "));
    this.#open.set(sequence, { item, command: quoted(wordsOf(command)), outputs, streams });
    return {
      shares,
      inputs,
      outputs,
      timeoutMs,
      ...clone,
      stdout: streams.stdout,
      stderr: streams.stderr,
      job: {
        command: this.#commandOf(command),
        env: { ...env },
        ...(cwd === undefined ? {} : { cwd }),
      },
    };
  }

  #commandOf(command: PlannedCommand): RunRequest["job"]["command"] {
    if (command.kind === "argv") return { kind: "argv", argv: command.argv };
    if (this.#script?.kind !== "script") throw new TypeError("the script was not read");
    return { ...this.#script, args: command.args };
  }

  #jsonStreams(sequence: number): AttemptOutput {
    const open = (name: "stdout" | "stderr"): CommandOutput =>
      jsonOutput(this.#session.stdout, name, { sequence });
    const [stdout, stderr] = [open("stdout"), open("stderr")];
    const end = async (): Promise<void> => {
      await Promise.all([stdout.finish(), stderr.finish()]);
    };
    return {
      stdout: stdout.stream,
      stderr: stderr.stream,
      get stdoutBytes() {
        return stdout.bytes;
      },
      drop: end,
      async end(after) {
        await end();
        await after();
      },
    };
  }

  async #end(end: ItemEnd, item: string): Promise<void> {
    const open = this.#take(end.sequence);
    this.#texts.delete(end.sequence);
    if (this.#plan.junit !== undefined) {
      const { outputs } = open ?? {};
      const { sequence, outcome, elapsedMs, startedAtMs } = end;
      const reports = outputs === undefined ? [] : await findReports(outputs, startedAtMs);
      this.#suites.set(sequence, suitesOf({ sequence, item, outcome, elapsedMs, reports }));
      if (this.#scratch !== undefined && outputs?.startsWith(this.#scratch) === true) {
        await rm(outputs, { recursive: true, force: true });
      }
    }
    const after = async (): Promise<void> => {
      if (this.#session.json) {
        await writeJsonLine(this.#session, { type: "item:end", ...end, item });
      }
      const text = this.#reporter.failure(end, item);
      if (text === "") return;
      this.#makeRoom();
      await this.#session.stderr.write(text);
    };
    // Where its job could not be made there are no streams, but its turn all the same.
    const streams = open?.streams ?? this.#outputs.open(end.sequence, item);
    await streams.end(after);
    await this.#log(end, open, streams.stdoutBytes);
  }

  /** With the first item: a list that is refused leaves an old log as it is. */
  async #beginLog(): Promise<void> {
    const { joblog } = this.#plan;
    if (joblog === undefined) return;
    this.#logBegun ??= writeFile(joblog, joblogHeader);
    await this.#logBegun;
  }

  async #log(end: ItemEnd, open: OpenItem | undefined, stdoutBytes: number): Promise<void> {
    const { joblog } = this.#plan;
    if (joblog === undefined) return;
    const exitStatus = this.exitStatus(end.outcome);
    const command = open?.command ?? "";
    await appendFile(joblog, joblogLine(end, { exitStatus, stdoutBytes, command }));
  }

  #makeRoom(): void {
    this.#reporter.clear();
    this.#session.reporter.clear();
  }
}

async function openList(
  plan: MapPlan,
  items: ItemList,
  session: Session,
  reporter: MapReporter,
): Promise<OpenList> {
  const { command, outputs } = plan.common;
  const script =
    command.kind === "argv"
      ? undefined
      : await readCommand(command, () => process.stdin, session.signal);
  if (plan.joblog !== undefined) {
    await requireWritable("the job log", plan.joblog, requireFile);
  }
  if (plan.junit !== undefined) {
    await requireWritable("the report", plan.junit, requirePlace);
  }
  const scratch =
    plan.junit === undefined || outputs !== undefined
      ? undefined
      : await mkdtemp(join(tmpdir(), "winvm-junit-"));
  return new OpenList(plan, items, session, reporter, { script, scratch });
}

/** @throws CliError `CLI_OUTPUT_FAILED`. Changes nothing: whether a list is run at all is not known yet. */
async function requireWritable(
  what: string,
  path: string,
  require: (path: string) => Promise<void>,
): Promise<void> {
  try {
    await require(path);
  } catch (cause) {
    throw new CliError({
      code: "CLI_OUTPUT_FAILED",
      asked: `write ${what} ${path}`,
      happened: describeError(cause),
      hint: "nothing was started; name a file that can be written",
      cause,
    });
  }
}

/** One that is there has to be writable, a new one needs a place. */
async function requireFile(path: string): Promise<void> {
  if (await isThere(path)) await access(path, constants.W_OK);
  else await access(dirname(path), constants.W_OK | constants.X_OK);
}

/** Whatever is there will be replaced. */
async function requirePlace(path: string): Promise<void> {
  await isThere(path);
  await access(dirname(path), constants.W_OK | constants.X_OK);
}

/** @throws Error where it is a directory. */
async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) throw new Error("it is a directory");
  return found !== undefined;
}
