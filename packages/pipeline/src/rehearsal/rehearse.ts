import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDisk, startMachine } from "@winvm/qemu";
import { digestOf, judgeAnswerFile, REHEARSAL_NAME, writeRehearsal } from "@winvm/reference-guest";
import {
  answerMedium,
  createSshKeyPair,
  setupLabel,
  writeFloppy,
  writeIsoFile,
  type AnswerFile,
  type GuestProfile,
} from "@winvm/unattend";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { guestMachine } from "../machines/guest-machine.ts";
import { requireTpm, startTpm } from "../machines/tpm.ts";
import { referenceIso } from "../stages/guest-source.ts";
import { installFirmware } from "../stages/install.ts";
import {
  answerWith,
  makeSecrets,
  setupMedia,
  type SetupAnswer,
  type ShellChoice,
  type SetupMedia,
} from "../stages/setup-media.ts";
import { setupComplete, watchSetup } from "../stages/watch-setup.ts";
import { newNonce } from "../job/run-job.ts";
import { playedGuest, type PlayedGuest } from "./played-guest.ts";
import { commandsOf, judgedBy, restartsOf, type RehearsalReport } from "./report.ts";

/** What is rehearsed. */
export interface Rehearsal {
  /** As it is on its media and with the firmware that was asked for. */
  readonly guest: GuestProfile;
  /** What winvm's own answer file says. */
  readonly answer: SetupAnswer;
  readonly shell: ShellChoice;
  readonly password?: string | undefined;
  /** The ISO with Cygwin, which is put in as in an installation; nothing of it is run. */
  readonly cygwin?: string | undefined;
  /** Somebody's answer file in place of winvm's, with where it is from. */
  readonly file?: { readonly answer: AnswerFile; readonly source: string } | undefined;
}

/** A rehearsal that takes longer has gone wrong. */
const limitMs = 10 * 60_000;

/** Setup's own last line: the word of an installation whose answer file does not run winvm's set-up. */
const setupEnded = "winvm: SETUP COMPLETE";

/** Stands in where a key has to be there and Microsoft publishes none. */
const placeholderKey = "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA";

/** Plays the installation of a guest with the reference guest's Setup; nothing is kept. */
export async function rehearseGuest(
  context: Context,
  rehearsal: Rehearsal,
): Promise<RehearsalReport> {
  const started = performance.now();
  const { guest } = rehearsal;
  const played = playedGuest(guest);
  const keyless = guest.dialect === "sif" && rehearsal.answer.productKey === undefined;
  const answer: SetupAnswer = {
    ...rehearsal.answer,
    ...(keyless && { productKey: placeholderKey }),
  };
  const secrets = makeSecrets(rehearsal.password);
  const media = await setupMedia(guest, {
    answer: rehearsal.file?.answer ?? answerWith(guest, answer, secrets.adminPassword),
    authorizedKey: createSshKeyPair("winvm rehearsal").publicKey,
    secrets,
    cache: context.store.layout.cache,
    shell: rehearsal.shell,
  });
  const { firmware } = guest;
  const facts = { ...played.order, firmware, disks: 1 };
  const { judgement } = judgeAnswerFile(media.answer.fileName, media.answer.bytes, facts);
  const report: RehearsalReport = {
    guest: guest.name,
    title: guest.title,
    verdict:
      judgement.verdict === "refused"
        ? "refused"
        : judgement.unplayable.length > 0
          ? "unplayable"
          : "green",
    answer: {
      medium: answerMedium(guest, firmware),
      source: rehearsal.file?.source ?? "winvm",
    },
    judgement,
    deviations: [
      ...played.deviations,
      ...(keyless && rehearsal.file === undefined
        ? ["no product key was given: a placeholder stands in"]
        : []),
      ...(rehearsal.file === undefined && !bringsCygwin(rehearsal)
        ? ["winvm's own set-up is not played: it installs Windows' services for SSH"]
        : []),
    ],
    commands: [],
    restarts: 0,
    elapsedMs: 0,
  };
  if (report.verdict !== "green") return { ...report, elapsedMs: since(started) };
  if (rehearsal.answer.tpm === "emulated") await requireTpm();
  const iso = await referenceIso(context);
  const seen = await inDirectory(context, (directory) =>
    play(context, { rehearsal, played, firmware, media, directory, iso }),
  );
  const wrong = contradiction(seen.lines, digestOf(judgement), played);
  if (wrong !== undefined) {
    throw new PipelineError({
      code: "PIPELINE_REHEARSAL_FAILED",
      asked: `rehearse ${guest.title}`,
      happened: wrong,
      hint: "this is a fault of winvm's: the reference guest does not play what it should",
      data: { lastLines: seen.lines.slice(-20) },
    });
  }
  return {
    ...report,
    machine: seen.machine,
    commands: commandsOf(seen.lines),
    restarts: restartsOf(seen.lines),
    elapsedMs: since(started),
  };
}

/** Whether the set-up medium holds what Cygwin and the reference guest run, or only what Windows' own shells do. */
function bringsCygwin({ guest, shell }: Rehearsal): boolean {
  return (shell.shellProvider ?? guest.shellProviders[0] ?? "cygwin") === "cygwin";
}

function since(started: number): number {
  return Math.round(performance.now() - started);
}

/** What the guest did otherwise than it was told, though it came to its end. */
function contradiction(
  lines: readonly string[],
  digest: ReturnType<typeof digestOf>,
  { order }: PlayedGuest,
): string | undefined {
  if (JSON.stringify(judgedBy(lines)) !== JSON.stringify(digest))
    return "the reader in the guest came to another judgement than the one on this host";
  const restarts = restartsOf(lines);
  return restarts === order.restarts
    ? undefined
    : `Setup started the machine again ${restarts} times, not ${order.restarts}`;
}

interface Play {
  readonly rehearsal: Rehearsal;
  readonly played: PlayedGuest;
  readonly firmware: "bios" | "uefi";
  readonly media: SetupMedia;
  readonly directory: string;
  readonly iso: string;
}

async function play(context: Context, plan: Play) {
  const { rehearsal, played, directory } = plan;
  const { profile, guest } = played;
  const started = performance.now();
  context.emit({ type: "stage:start", stage: "rehearse", title: `rehearse ${guest.title}` });
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
  await using tpm =
    rehearsal.answer.tpm === "emulated" ? await startTpm({ signal: context.signal }) : undefined;
  const machine = guestMachine(profile, host, {
    name: `winvm-rehearse-${profile.name}`,
    disk: { file: disk, throwAway: true },
    memory: { kind: "private" },
    network: { kind: "none" },
    cdroms: [
      { id: "cd0", file: plan.iso, bootIndex: 1 },
      { id: "cd1", file: setupIso },
      ...(rehearsal.cygwin === undefined ? [] : [{ id: "cd2", file: rehearsal.cygwin }]),
    ],
    ...(tpm === undefined ? {} : { tpm: tpm.socket }),
    ...(plan.media.floppy === undefined ? {} : { floppy }),
    firmware: await installFirmware(plan.firmware, directory),
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
    limitMs,
    serialLog,
    // With winvm's answer file winvm's set-up has to have the last word.
    complete: rehearsal.file === undefined && bringsCygwin(rehearsal) ? setupComplete : setupEnded,
    tell,
  });
  context.emit({
    type: "stage:end",
    stage: "rehearse",
    elapsedMs: since(started),
    cached: false,
  });
  const { diskBus, nic } = profile.hardware;
  return {
    lines,
    machine: {
      type: machine.machineType,
      firmware: plan.firmware,
      disk: diskBus,
      network: nic,
      cpus: machine.cpus,
      memoryBytes: machine.memoryBytes,
    },
  };
}

/** A directory for the machine's files, removed at the end; one of a process that was killed is swept by the next. */
async function inDirectory<T>(
  context: Context,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = join(context.store.layout.runs, `rehearse-${newNonce()}-${process.pid}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
