import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { describeError } from "@winvm/runtime";
import { findGuest, guestFor, type AnswerFile, type GuestProfile } from "@winvm/unattend";
import { openContext } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { rehearseGuest } from "../rehearsal/rehearse.ts";
import type { RehearsalReport } from "../rehearsal/report.ts";
import type { GuestRequest, PipelineOptions } from "../request.ts";
import { findCygwin } from "../stages/cygwin-iso.ts";
import { findSource } from "../stages/guest-source.ts";
import { withFirmware } from "../stages/with-firmware.ts";
import { setupAnswer } from "../stages/setup-media.ts";

/** Which installation is played: the same as is asked of `install`; what its media would tell is said, or the usual. */
export interface RehearsalRequest extends Omit<GuestRequest, "rebuild" | "warmUp"> {
  /** The path of an answer file that somebody else wrote; winvm's own when absent. */
  readonly answerFile?: string | undefined;
}

/** No answer file is larger; Setup would not read it either. */
const mostBytes = 4 * 1024 ** 2;

/**
 * Plays the installation of a Windows with the reference guest's Setup on that version's hardware, firmware and media.
 * Nothing of it is kept.
 *
 * @throws PipelineError `PIPELINE_INVALID_REQUEST`, `PIPELINE_ISO_MISSING`, `PIPELINE_CYGWIN_MISSING`,
 *   `PIPELINE_SETUP_…`, `PIPELINE_REHEARSAL_FAILED`; UnattendError for an unknown guest or options that no answer file
 *   can have.
 */
export async function rehearse(
  request: RehearsalRequest,
  options: PipelineOptions = {},
): Promise<RehearsalReport> {
  const { answerFile, architecture, firmware } = request;
  const context = await openContext(options);
  // An ISO is not installed from, but it tells which Windows and what its answer file has to say.
  const source = request.iso === undefined ? undefined : await findSource(context, request);
  const cygwin = source === undefined ? (await findCygwin(request.cygwin))?.path : source.cygwin;
  const guest =
    source?.profile ??
    withFirmware(guestFor(findGuest(request.guest ?? "reference"), architecture), firmware);
  const file = answerFile === undefined ? undefined : await readAnswerFile(guest, answerFile);
  if (firmware !== undefined && guest.firmware !== firmware) {
    throw new PipelineError({
      code: "PIPELINE_INVALID_REQUEST",
      asked: `rehearse ${guest.title}`,
      happened: `it can't be started by ${firmware}`,
      hint: `--firmware ${guest.firmwares.join(" or ")}`,
      data: { firmware },
    });
  }
  return rehearseGuest(context, {
    guest,
    answer:
      source?.answer ??
      (await setupAnswer({ ...request, architecture: guest.architecture }, options.signal)),
    build: source?.build,
    shell: request,
    password: request.password,
    cygwin,
    file: file === undefined ? undefined : { answer: file, source: resolve(answerFile ?? "") },
  });
}

async function readAnswerFile({ title, dialect }: GuestProfile, path: string): Promise<AnswerFile> {
  const refuse = (happened: string, cause?: unknown): PipelineError =>
    new PipelineError({
      code: "PIPELINE_INVALID_REQUEST",
      asked: `rehearse ${title}`,
      happened,
      hint: "give the path of a winnt.sif or an Autounattend.xml",
      cause,
      data: { path },
    });
  const found = await stat(path).catch((cause: unknown) => {
    throw refuse(`${path} can't be read: ${describeError(cause)}`, cause);
  });
  if (!found.isFile()) throw refuse(`${path} is not a file`);
  if (found.size > mostBytes) throw refuse(`${path} is larger than any answer file`);
  const sif = /\.sif$/i.test(basename(path));
  if (sif !== (dialect === "sif"))
    throw refuse(
      `${title} reads ${dialect === "sif" ? "a winnt.sif" : "an Autounattend.xml"}, not ${basename(path)}`,
    );
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw refuse(`${path} can't be read: ${describeError(cause)}`, cause);
  });
  return { fileName: sif ? "winnt.sif" : "Autounattend.xml", bytes };
}
