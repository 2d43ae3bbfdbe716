import type { PipelineEvent, PipelineOptions } from "@winvm/pipeline";
import { isWinvmError } from "@winvm/runtime";
import { outputError } from "../output/output-failure.ts";
import { standardOutput } from "../output/standard-output.ts";
import type { StandardOutput } from "../output/standard-output.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Verbosity } from "../render/lines.ts";
import { paintFor } from "../render/paint.ts";
import type { Paint } from "../render/paint.ts";
import { humanReporter, jsonReporter } from "../render/reporter.ts";
import type { Reporter } from "../render/reporter.ts";
import { openTrace } from "../trace/trace-file.ts";
import { signalStatus, watchInterruption } from "../signals/interruption.ts";
import type { Interruption } from "../signals/interruption.ts";

/** The options that every command takes. */
export interface CommonOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Of the commands that run machines. */
  readonly trace?: string;
}

/** One command at work: our standard streams, who reports, and how it is cancelled. */
export interface Session extends Disposable {
  readonly json: boolean;
  readonly verbosity: Verbosity;
  readonly stdout: StandardOutput;
  readonly stderr: StandardOutput;
  readonly paint: Paint;
  readonly reporter: Reporter;
  /** Aborted by a signal, or when nobody reads our output any more. */
  readonly signal: AbortSignal;
  /** What the pipeline's verbs take. */
  readonly options: PipelineOptions;
  /** The status for a command that was cancelled: 130 for Ctrl-C, 143 for SIGTERM, 141 when the reader has gone. */
  cancelledStatus(): number;
  /** @throws CliError `CLI_OUTPUT_FAILED` when our output could not be written, though somebody wanted it. */
  checkOutput(): void;
  /** Writes lines of JSON objects, or one indented value. */
  writeJson(value: unknown): Promise<void>;
}

/** What a session needs besides its options. */
export interface SessionOptions {
  /** Events go out as lines of JSON; commands with one answer leave it off and write that. */
  readonly eventsAsJson?: boolean;
  readonly onEvent?: (event: PipelineEvent) => void;
}

/** Begins a command: from here on signals cancel and events are reported. */
export function openSession(options: CommonOptions, more: SessionOptions = {}): Session {
  // First of all: a bad file is told before anything starts.
  const trace =
    options.trace === undefined
      ? undefined
      : openTrace(options.trace, (text) => void process.stderr.write(`winvm: ${text}\n`));
  const controller = new AbortController();
  const verbosity = verbosityOf(options);
  const stdout = standardOutput(process.stdout, (error) => controller.abort(error));
  const stderr = standardOutput(process.stderr, () => {});
  const json = options.json ?? false;
  const reporter =
    json && (more.eventsAsJson ?? false)
      ? jsonReporter((line) => void stdout.write(line))
      : humanReporter(
          process.stderr,
          (text) => void stderr.write(text),
          json ? "quiet" : verbosity,
        );
  const interruption = watchInterruption({
    onFirst(signal) {
      reporter.clear();
      if (process.stderr.isTTY && verbosity !== "quiet") {
        void stderr.write("winvm: cancelling; once more to leave at once\n");
      }
      controller.abort(new Error(`${signal} came`));
    },
    onForced: () => reporter.clear(),
  });
  return {
    json,
    verbosity,
    stdout,
    stderr,
    paint: paintFor(process.stderr),
    reporter,
    signal: controller.signal,
    options: {
      store: options.store,
      signal: controller.signal,
      onEvent(event) {
        more.onEvent?.(event);
        reporter.event(event);
      },
    },
    cancelledStatus: () => cancelledStatus(interruption, stdout),
    checkOutput() {
      const { failure } = stdout;
      if (failure === undefined || failure.code === "EPIPE") return;
      throw outputError(failure);
    },
    writeJson: (value) => stdout.write(`${JSON.stringify(value, undefined, 2)}\n`),
    [Symbol.dispose]() {
      interruption[Symbol.dispose]();
      reporter[Symbol.dispose]();
      stdout[Symbol.dispose]();
      stderr[Symbol.dispose]();
      trace?.[Symbol.dispose]();
    },
  };
}

/** Whether an error only says that the command was cancelled. */
export function isCancellation(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  if (error === signal.reason) return true;
  if (isWinvmError(error)) return error.code === "RUNTIME_ABORTED";
  return error instanceof Error && error.name === "AbortError";
}

/** What every command knows of its surroundings. */
export interface CliContext {
  readonly loadPipeline: () => Promise<Pipeline>;
  /** Takes the status that the process is to exit with. */
  readonly exit: (status: number) => void;
}

function verbosityOf(options: CommonOptions): Verbosity {
  if (options.quiet === true) return "quiet";
  return options.verbose === true ? "verbose" : "normal";
}

function cancelledStatus(interruption: Interruption, stdout: StandardOutput): number {
  if (interruption.received !== undefined) return signalStatus(interruption.received);
  // As if the command itself had written to the closed pipe.
  return stdout.failure?.code === "EPIPE" ? signalStatus("SIGPIPE") : 130;
}
