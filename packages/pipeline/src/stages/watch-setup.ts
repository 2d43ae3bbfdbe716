import { setTimeout as sleep } from "node:timers/promises";
import type { MachineExit, RunningMachine } from "@winvm/qemu";
import { formatMs, isWinvmError, withDeadline } from "@winvm/runtime";
import type { Context } from "../context.ts";
import { PipelineError, type PipelineErrorCode } from "../errors.ts";
import { withEvidence } from "../evidence.ts";
import { bootPromptTrouble, passBootPrompt } from "../machines/boot-prompt.ts";
import type { EmulatedTpm } from "../machines/tpm.ts";
import { followLog } from "./follow-log.ts";
import type { Tell } from "./stage.ts";

/** The set-up script's own word, sent to the serial port by every guest. */
export const setupComplete = "winvm-setup: installed";

/** The reference guest's word that it starts its machine again. */
export const setupRestarts = "winvm: going down: restart";

/** What is watched, and for how long. */
export interface SetupWatch {
  readonly stage: "install" | "rehearse";
  /** What Setup runs for, as errors begin: `install Windows 7`. */
  readonly asked: string;
  readonly limitMs: number;
  /** When the limit began, by `performance.now()`; now when absent. */
  readonly sinceMs?: number | undefined;
  /** What the serial port writes to, behind the logs of earlier starts of the machine. */
  readonly logs: readonly string[];
  /** The line without which an installation is not complete. */
  readonly complete: string;
  /** The machine does not start again by itself: that it wants to is an end, but no failure. */
  readonly mayStartAgain?: boolean | undefined;
  /** The machine's TPM: what Setup does once it has ended is worth nothing. */
  readonly tpm?: EmulatedTpm | undefined;
  /** Media that may ask for a key before they start; see {@link passBootPrompt}. */
  readonly prompt?: { readonly cdrom: string; readonly limitMs?: number | undefined } | undefined;
  readonly tell: Tell;
}

/** How far Setup went. */
export interface SetupProgress {
  /** All lines of the serial port. */
  readonly lines: readonly string[];
  /** It has the machine start again, which ends one that was started with `noReboot`. */
  readonly startsAgain: boolean;
}

/** How an installation failed. */
interface SetupFailure {
  readonly code: PipelineErrorCode;
  readonly happened: string;
  readonly cause?: unknown;
}

/** Milliseconds in which a TPM that has ended with its machine is told from one that has left it alone. */
const togetherMs = 2000;

/**
 * Follows Setup to its end: success is a power-off by the guest itself, after its own word that it is complete.
 *
 * @throws PipelineError `PIPELINE_SETUP_FAILED`, `PIPELINE_SETUP_ENDED`, `PIPELINE_SETUP_TIMEOUT`, with `data.bundle`.
 */
export async function watchSetup(
  context: Context,
  running: RunningMachine,
  watch: SetupWatch,
): Promise<SetupProgress> {
  const { stage, asked, logs, tell } = watch;
  using log = followLog(logs.at(-1) ?? "", (line) => {
    context.emit({ type: "log", stage, source: "guest", line });
    const step = /^SETUP (?!REFUSED|FAILED|JUDGED)(.+)/.exec(line)?.[1];
    if (step !== undefined) tell(step);
  });
  await using prompt = answerPrompt(context, running, watch);
  const end = await endOf(running, watch, context.signal);
  await log.drain();
  const startsAgain = !("code" in end) && end.shutdown?.reason === "guest-reset";
  const failure = "code" in end ? end : failureOf(end, log.lines, watch);
  if (failure === undefined) return { lines: log.lines, startsAgain };
  const error = new PipelineError({
    ...failure,
    asked,
    happened: [failure.happened, prompt.trouble()].filter(Boolean).join("; "),
    hint: hintOf(failure.code),
    data: { exit: "code" in end ? undefined : end, lastLines: log.lines.slice(-20) },
  });
  throw await withEvidence(context.store, error, {
    what: stage,
    machines: [running],
    logs,
  });
}

/** A machine that has ended has no screen any more. */
function hintOf(code: PipelineErrorCode): string {
  return code === "PIPELINE_SETUP_TIMEOUT"
    ? "look at the screen and read serial.log in the evidence directory"
    : "read serial.log in the evidence directory";
}

/** Waits for the machine's end, or for what ends the wait before it. */
async function endOf(
  running: RunningMachine,
  { tpm, limitMs, sinceMs = performance.now() }: SetupWatch,
  signal: AbortSignal | undefined,
): Promise<MachineExit | SetupFailure> {
  try {
    return await withDeadline(
      "wait for the end of Setup",
      () =>
        Promise.race<MachineExit | SetupFailure>([
          running.exited,
          ...(tpm === undefined ? [] : [leftAlone(tpm)]),
        ]),
      { signal, timeoutMs: Math.max(1, sinceMs + limitMs - performance.now()) },
    );
  } catch (error) {
    if (!isWinvmError(error) || error.code !== "RUNTIME_TIMEOUT") throw error;
    const happened = `Setup did not end by itself within ${formatMs(limitMs)}`;
    return { code: "PIPELINE_SETUP_TIMEOUT", happened, cause: error };
  }
}

/** A TPM ends with its machine, which is then the one that counts. */
async function leftAlone(tpm: EmulatedTpm): Promise<SetupFailure> {
  await tpm.process.exited;
  await sleep(togetherMs, undefined, { ref: false });
  return { code: "PIPELINE_SETUP_ENDED", happened: await tpmEnd(tpm) };
}

async function tpmEnd({ process }: EmulatedTpm): Promise<string> {
  const { code, signal } = await process.exited;
  const output = process.recentOutput().trim().slice(-2000);
  const end = `the emulator of the TPM, swtpm, ended with ${signal ?? `code ${code}`}`;
  return output === "" ? end : `${end}: ${output}`;
}

/** What is wrong with a machine that has ended. */
function failureOf(
  exit: MachineExit,
  lines: readonly string[],
  { complete, mayStartAgain = false }: SetupWatch,
): SetupFailure | undefined {
  const refusal = lines.find((line) =>
    /^(?:SETUP (?:REFUSED|FAILED)|winvm-setup: failed)/.test(line),
  );
  if (refusal !== undefined) return { code: "PIPELINE_SETUP_FAILED", happened: refusal };
  const { guest = false, reason } = exit.shutdown ?? {};
  // A machine that is started again for a panic, or by firmware, has said nothing.
  const word = mayStartAgain && reason === "guest-reset" ? setupRestarts : complete;
  if (guest && lines.includes(word)) return undefined;
  return {
    code: "PIPELINE_SETUP_ENDED",
    happened: `the machine ended without Setup's word that it is complete (${reason ?? "no shutdown"})`,
  };
}

/** Answers the prompt of media that have one; what goes wrong there is told at once, and when Setup has failed. */
function answerPrompt(
  context: Context,
  running: RunningMachine,
  { prompt }: SetupWatch,
): AsyncDisposable & { trouble(): string | undefined } {
  let trouble: string | undefined;
  const over = new AbortController();
  const signals = [over.signal, ...(context.signal === undefined ? [] : [context.signal])];
  const answered = (async () => {
    if (prompt === undefined) return;
    const signal = AbortSignal.any(signals);
    trouble = bootPromptTrouble(await passBootPrompt(running, { ...prompt, signal }));
    if (trouble === undefined) return;
    context.emit({ type: "warning", code: "PIPELINE_BOOT_PROMPT", message: trouble });
  })();
  return {
    trouble: () => trouble,
    async [Symbol.asyncDispose]() {
      over.abort();
      await answered;
    },
  };
}
