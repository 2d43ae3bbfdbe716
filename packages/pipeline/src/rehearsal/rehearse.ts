import { digestOf, judgeAnswerFile } from "@winvm/reference-guest";
import {
  answerMedium,
  createSshKeyPair,
  type AnswerFile,
  type GuestProfile,
} from "@winvm/unattend";
import type { Context } from "../context.ts";
import { requireTpm } from "../machines/tpm.ts";
import { referenceIso } from "../stages/guest-source.ts";
import { makeSecrets } from "../stages/secrets.ts";
import {
  answerWith,
  setupMedia,
  type SetupAnswer,
  type ShellChoice,
} from "../stages/setup-media.ts";
import { setupComplete } from "../stages/watch-setup.ts";
import { play } from "./play.ts";
import { playedGuest } from "./played-guest.ts";
import { commandsOf, restartsOf, type RehearsalReport } from "./report.ts";

/** What is rehearsed. */
export interface Rehearsal {
  /** As it is on its media and with the firmware that was asked for. */
  readonly guest: GuestProfile;
  /** What winvm's own answer file says. */
  readonly answer: SetupAnswer;
  /** The build on the ISO, where one told it. */
  readonly build?: number | undefined;
  readonly shell: ShellChoice;
  readonly password?: string | undefined;
  /** The ISO with Cygwin, which is put in as in an installation; nothing of it is run. */
  readonly cygwin?: string | undefined;
  /** Somebody's answer file in place of winvm's, with where it is from. */
  readonly file?: { readonly answer: AnswerFile; readonly source: string } | undefined;
}

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
    edition: rehearsal.answer.edition,
    build: rehearsal.build,
    drivers: rehearsal.answer.drivers,
  });
  const { firmware } = guest;
  const facts = { ...played.order, firmware, disks: 1 };
  const { judgement, plan } = judgeAnswerFile(media.answer.fileName, media.answer.bytes, facts);
  const report: RehearsalReport = {
    guest: guest.name,
    title: guest.title,
    architecture: guest.architecture,
    firmware,
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
      ...(guest.setup.reboots > 1 || rehearsal.file !== undefined
        ? [
            "Setup's first restart goes through the firmware; later ones only end and start what runs",
          ]
        : []),
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
  // With winvm's answer file winvm's set-up has to have the last word.
  const own = rehearsal.file === undefined && bringsCygwin(rehearsal);
  const seen = await play(context, {
    played,
    media,
    iso,
    cygwin: rehearsal.cygwin,
    tpm: rehearsal.answer.tpm === "emulated",
    complete: own ? setupComplete : setupEnded,
    mayRestart: rehearsal.file !== undefined,
    digest: digestOf(judgement),
    plan,
  });
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
