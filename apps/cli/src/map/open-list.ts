import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ItemEnd, MapEvent, MapItem, MapJob, RunRequest } from "@winvm/pipeline";
import { findReports } from "../junit/find-reports.ts";
import { mergedReport, suitesOf } from "../junit/merge.ts";
import type { XmlElement } from "../junit/xml.ts";
import { jsonOutput, type CommandOutput } from "../output/standard-output.ts";
import type { Pipeline } from "../pipeline.ts";
import type { PlannedCommand } from "../request/job-options.ts";
import { readCommand } from "../request/script.ts";
import type { Session } from "../session/session.ts";
import { wordsOf } from "./command-words.ts";
import type { Items } from "./combine.ts";
import { itemJson, itemText } from "./item-text.ts";
import { ItemOutputs, type AttemptOutput } from "./item-output.ts";
import { joblogHeader, joblogLine, quoted } from "./joblog.ts";
import { writeJsonLine } from "./json-line.ts";
import type { MapPlan } from "./plan-map.ts";
import type { MapReporter } from "./reporter.ts";
import {
  beginFile,
  replaceFile,
  requireFile,
  requirePlace,
  requireWritable,
  written,
} from "./writable.ts";

/** What belongs to an item that runs. */
interface OpenItem {
  readonly command: string;
  readonly outputs: string | undefined;
  readonly streams: AttemptOutput;
}

/** Makes the items' jobs and tells what comes of them. */
export class OpenList implements AsyncDisposable {
  exitStatus: Pipeline["exitStatus"] = () => 125;
  readonly #plan: MapPlan;
  readonly #list: Items;
  readonly #session: Session;
  readonly #reporter: MapReporter;
  readonly #outputs: ItemOutputs;
  readonly #script: RunRequest["job"]["command"] | undefined;
  readonly #values = new Map<number, readonly string[]>();
  readonly #open = new Map<number, OpenItem>();
  readonly #suites = new Map<number, readonly XmlElement[]>();
  /** Where outputs are for a while that nobody wants but the report. */
  readonly #scratch: string | undefined;
  #logBegun: Promise<(line: string) => Promise<void>> | undefined;
  #closed = false;

  constructor(
    plan: MapPlan,
    list: Items,
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
    for await (const values of this.#list) {
      this.#values.set(++sequence, values);
      yield ({ slot, sequence: number }) => this.#job(values, number, slot);
    }
  }

  async event(event: MapEvent): Promise<void> {
    this.#reporter.event(event);
    const { sequence } = event.type === "memory:wait" ? { sequence: 0 } : event;
    const failed = event.type === "item:retry" ? this.#take(sequence) : undefined;
    const values = this.#values.get(sequence) ?? [];
    const item = itemText(values);
    if (sequence > 0) await this.#beginLog();
    // With --json its last output is told before what became of it.
    await failed?.streams.drop();
    if (this.#session.json && event.type !== "item:end") {
      const told = sequence === 0 ? event : { ...event, ...itemJson(values) };
      await writeJsonLine(this.#session, told);
    }
    if (event.type === "item:skip") {
      if (this.#plan.junit !== undefined) {
        const skipped = { sequence, item, outcome: undefined, elapsedMs: 0, reports: [] };
        this.#suites.set(sequence, suitesOf(skipped));
      }
      this.#values.delete(sequence);
      await this.#outputs.skip(sequence);
    }
    if (event.type === "item:end") await this.#end(event, values);
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
    const report = mergedReport("winvm map", suites);
    await written("the report", junit, () => replaceFile(junit, report, this.#session));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#scratch !== undefined) await rm(this.#scratch, { recursive: true, force: true });
  }

  async #job(values: readonly string[], sequence: number, slot: number): Promise<MapJob> {
    // Without its log no clone is started. The event that tells of the start ends the list then.
    await this.#beginLog();
    const planned = this.#plan.jobOf({ values, sequence, slot });
    const { command, shares, env, cwd, inputs, timeoutMs, clone } = planned;
    const outputs =
      planned.outputs ??
      (this.#scratch === undefined ? undefined : join(this.#scratch, String(sequence)));
    const streams = this.#session.json
      ? this.#jsonStreams(sequence)
      : this.#outputs.open(sequence, itemText(values).replaceAll(/[\r\n]/g, " "));
    this.#open.set(sequence, { command: quoted(wordsOf(command)), outputs, streams });
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

  async #end(end: ItemEnd, values: readonly string[]): Promise<void> {
    const open = this.#take(end.sequence);
    this.#values.delete(end.sequence);
    const item = itemText(values);
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
        await writeJsonLine(this.#session, { type: "item:end", ...end, ...itemJson(values) });
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

  /** With the first item: a list that is refused leaves an old log as it is. Gives what appends to it. */
  async #beginLog(): Promise<((line: string) => Promise<void>) | undefined> {
    const { joblog } = this.#plan;
    if (joblog === undefined) return undefined;
    this.#logBegun ??= written("the job log", joblog, () => {
      this.#makeRoom();
      return beginFile(joblog, joblogHeader, this.#session);
    });
    return this.#logBegun;
  }

  async #log(end: ItemEnd, open: OpenItem | undefined, stdoutBytes: number): Promise<void> {
    const { joblog } = this.#plan;
    const append = await this.#beginLog();
    if (joblog === undefined || append === undefined) return;
    const exitStatus = this.exitStatus(end.outcome);
    const command = open?.command ?? "";
    const line = joblogLine(end, { exitStatus, stdoutBytes, command });
    this.#makeRoom();
    await written("the job log", joblog, () => append(line));
  }

  #makeRoom(): void {
    this.#reporter.clear();
    this.#session.reporter.clear();
  }
}

/**
 * Reads the script, and looks whether logs and reports could be written.
 *
 * @throws CliError `CLI_OUTPUT_FAILED`, `CLI_SCRIPT_UNREADABLE`; nothing was started then.
 */
export async function openList(
  plan: MapPlan,
  items: Items,
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
