import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDisk, startMachine } from "@winvm/qemu";
import { REHEARSAL_NAME, writeRehearsal, type digestOf } from "@winvm/reference-guest";
import { setupLabel, writeFloppy, writeIsoFile } from "@winvm/unattend";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { withEvidence } from "../evidence.ts";
import { newNonce } from "../job/run-job.ts";
import { guestMachine } from "../machines/guest-machine.ts";
import { startTpm } from "../machines/tpm.ts";
import { installFirmware } from "../stages/install.ts";
import type { SetupMedia } from "../stages/setup-media.ts";
import { watchSetup } from "../stages/watch-setup.ts";
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
  const serialLog = join(directory, "serial.log");
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
    serialLog,
    firmwareConfig: { [REHEARSAL_NAME]: writeRehearsal(played.order) },
  });
  tell("start Setup");
  await using running = await startMachine(machine, {
    signal: context.signal,
    features: host.features,
  });
  const lines = await watchSetup(context, running, {
    stage: "rehearse",
    asked,
    limitMs,
    tpm,
    serialLog,
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
    const witnesses = { what: "rehearse", machines: [running], logs: [serialLog] };
    throw await withEvidence(context.store, error, witnesses);
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

/** What the guest did otherwise than it was told, though it came to its end. */
function contradiction(
  lines: readonly string[],
  { digest, mayRestart, played: { order } }: Play,
): string | undefined {
  if (JSON.stringify(judgedBy(lines)) !== JSON.stringify(digest))
    return "the reader in the guest came to another judgement than the one on this host";
  const restarts = restartsOf(lines);
  const asTold = mayRestart ? restarts >= order.restarts : restarts === order.restarts;
  return asTold
    ? undefined
    : `Setup started the machine again ${restarts} times, not ${order.restarts}`;
}
