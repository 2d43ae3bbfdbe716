import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDisk, startMachine, type Machine } from "@winvm/qemu";
import {
  answerHash,
  HOST_PLAN_NAME,
  REHEARSAL_NAME,
  writeHostPlan,
  writeRehearsal,
  type digestOf,
  type SetupPlan,
} from "@winvm/reference-guest";
import { setupLabel, writeFloppy, writeIsoFile } from "@winvm/unattend";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { withEvidence } from "../evidence.ts";
import { newNonce } from "../job/run-job.ts";
import { guestMachine } from "../machines/guest-machine.ts";
import { startTpm } from "../machines/tpm.ts";
import { installFirmware } from "../stages/install/install-guest.ts";
import type { SetupMedia } from "../stages/setup-media.ts";
import { watchSetup, type SetupWatch } from "../stages/watch-setup.ts";
import { writeRunOwner } from "../store/run-owner.ts";
import type { PlayedGuest } from "./played-guest.ts";
import { judgedBy, restartsOf, type RehearsalReport } from "./report.ts";

/** A rehearsal that takes longer has gone wrong. */
const limitMs = 10 * 60_000;

/** What is put into the machine, and what has to come of it. */
export interface Play {
  readonly played: PlayedGuest;
  readonly media: SetupMedia;
  /** The reference guest's. */
  readonly iso: string;
  readonly cygwin: string | undefined;
  readonly tpm: boolean;
  /** The line without which it is not complete. */
  readonly complete: string;
  /** Commands may have the machine started again, besides what Setup does itself. */
  readonly mayRestart: boolean;
  /** Of the judgement on this host. */
  readonly digest: ReturnType<typeof digestOf>;
  /** What the answer file asks for, as it was read on this host. */
  readonly plan: SetupPlan | undefined;
}

/** What was seen of a play that went to its end. */
export interface Played {
  /** Of the serial port. */
  readonly lines: readonly string[];
  readonly machine: NonNullable<RehearsalReport["machine"]>;
}

/**
 * Starts the machine and plays Setup to its end; nothing is kept.
 *
 * @throws PipelineError `PIPELINE_SETUP_…`, `PIPELINE_REHEARSAL_FAILED`, with `data.bundle`.
 */
export async function play(context: Context, plan: Play): Promise<Played> {
  const directory = join(context.store.layout.runs, `rehearse-${newNonce()}-${process.pid}`);
  await mkdir(directory, { mode: 0o700 });
  try {
    await writeRunOwner(directory);
    return await playIn(directory, context, plan);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function playIn(directory: string, context: Context, plan: Play): Promise<Played> {
  const { played, cygwin } = plan;
  const { profile, guest } = played;
  const asked = `rehearse ${guest.title} (${guest.architecture}, ${guest.firmware})`;
  const started = performance.now();
  context.emit({ type: "stage:start", stage: "rehearse", title: asked });
  const tell = (step: string): void =>
    context.emit({ type: "stage:step", stage: "rehearse", step });
  const host = await context.host();
  const setupIso = join(directory, "setup.iso");
  const floppy = join(directory, "floppy.img");
  const disk = join(directory, "disk.qcow2");
  await Promise.all([
    writeIsoFile(setupIso, { label: setupLabel, files: plan.media.files }),
    ...(plan.media.floppy === undefined ? [] : [writeFile(floppy, writeFloppy(plan.media.floppy))]),
    createDisk({ file: disk, format: "qcow2", sizeBytes: profile.hardware.diskBytes }),
  ]);
  await using tpm = plan.tpm ? await startTpm(directory, { signal: context.signal }) : undefined;
  const machine = guestMachine(profile, host, {
    name: `winvm-rehearse-${profile.name}`,
    disk: { file: disk, throwAway: true },
    memory: { kind: "private" },
    network: { kind: "none" },
    cdroms: [
      { id: "cd0", file: plan.iso, bootIndex: 1 },
      { id: "cd1", file: setupIso },
      ...(cygwin === undefined ? [] : [{ id: "cd2", file: cygwin }]),
    ],
    ...(tpm === undefined ? {} : { tpm: tpm.socket }),
    ...(plan.media.floppy === undefined ? {} : { floppy }),
    firmware: await installFirmware(guest.firmware, directory),
    serialLog: join(directory, "serial.log"),
    firmwareConfig: await firmwareConfig(plan),
  });
  tell("start Setup");
  const { lines, logs } = await playSetup(context, machine, {
    stage: "rehearse",
    asked,
    limitMs,
    tpm,
    complete: plan.complete,
    tell,
  });
  const happened = contradiction(lines, plan);
  if (happened !== undefined) {
    const error = new PipelineError({
      code: "PIPELINE_REHEARSAL_FAILED",
      asked,
      happened,
      hint: "this is a fault of winvm's: the reference guest does not play what it should",
      data: { lastLines: lines.slice(-20) },
    });
    throw await withEvidence(context.store, error, { what: "rehearse", machines: [], logs });
  }
  const elapsedMs = Math.round(performance.now() - started);
  context.emit({ type: "stage:end", stage: "rehearse", elapsedMs, cached: false });
  const { diskBus, nic } = profile.hardware;
  return {
    lines,
    machine: {
      type: machine.machineType,
      firmware: guest.firmware,
      disk: diskBus,
      network: nic,
      cpus: machine.cpus,
      memoryBytes: machine.memoryBytes,
    },
  };
}

/** What the guest is told beside its media: which Windows it plays, and the plan of the file that it should find. */
async function firmwareConfig({ played, media, plan }: Play): Promise<Record<string, string>> {
  const read =
    plan === undefined ? undefined : await writeHostPlan(played.order, media.answer, plan);
  return {
    [REHEARSAL_NAME]: writeRehearsal(played.order),
    ...(read !== undefined && { [HOST_PLAN_NAME]: read }),
  };
}

/**
 * Follows Setup through the starts of its machine. One that wants to start again ends, and a new one begins: in the old one
 * an emulator would have to throw away what it has translated, page by page, which takes it longer than the start. A TPM
 * ends with its machine, so that a machine with one starts again in place.
 *
 * @returns The lines of the serial port, and the files that they are from.
 */
async function playSetup(
  context: Context,
  machine: Machine,
  watch: Omit<SetupWatch, "logs">,
): Promise<{ lines: readonly string[]; logs: readonly string[] }> {
  const { features } = await context.host();
  const noReboot = watch.tpm === undefined;
  const sinceMs = performance.now();
  const lines: string[] = [];
  const logs: string[] = [];
  for (;;) {
    const serialLog = `${machine.serialLog}${logs.length === 0 ? "" : `.${logs.length + 1}`}`;
    logs.push(serialLog);
    await using running = await startMachine(
      { ...machine, serialLog, noReboot },
      { signal: context.signal, features },
    );
    const seen = await watchSetup(context, running, {
      ...watch,
      sinceMs,
      logs,
      mayStartAgain: noReboot,
    });
    lines.push(...seen.lines);
    // A last command may have it start again once all is done.
    if (!seen.startsAgain || lines.includes(watch.complete)) return { lines, logs };
  }
}

/** What the guest did otherwise than it was told, though it came to its end. */
function contradiction(
  lines: readonly string[],
  { digest, media, mayRestart, played: { order } }: Play,
): string | undefined {
  // It has found the very file, or has read it itself.
  const seen = JSON.stringify(judgedBy(lines));
  const sha256 = answerHash(media.answer.bytes);
  if (seen !== JSON.stringify({ sha256 }) && seen !== JSON.stringify(digest))
    return "the guest found another answer file, or came to another judgement than this host";
  const restarts = restartsOf(lines);
  const asTold = mayRestart ? restarts >= order.restarts : restarts === order.restarts;
  return asTold
    ? undefined
    : `Setup started the machine again ${restarts} times, not ${order.restarts}`;
}
