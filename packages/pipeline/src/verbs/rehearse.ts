import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { describeError } from "@winvm/runtime";
import { findGuest, type AnswerFile, type AnswerOptions, type Architecture } from "@winvm/unattend";
import { openContext } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { rehearseGuest } from "../rehearsal/rehearse.ts";
import type { RehearsalReport } from "../rehearsal/report.ts";
import type { PipelineOptions } from "../request.ts";

/** Which installation is played. */
export interface RehearsalRequest {
  /** A name of the catalogue. */
  readonly guest: string;
  /** Of the media that are played; the guest's default when absent. */
  readonly architecture?: Architecture | undefined;
  /** What winvm's answer file is to say; not together with `answerFile`, its `firmware` excepted. */
  readonly options?: Partial<AnswerOptions> | undefined;
  /** The path of an answer file that somebody else wrote. */
  readonly answerFile?: string | undefined;
}

/** No answer file is larger; Setup would not read it either. */
const mostBytes = 4 * 1024 ** 2;

/**
 * Plays the installation of a Windows with the reference guest's Setup on that version's hardware, firmware and media.
 * Nothing of it is kept.
 *
 * @throws PipelineError `PIPELINE_INVALID_REQUEST`, `PIPELINE_INSTALL_FAILED`, `PIPELINE_REHEARSAL_FAILED`; UnattendError
 *   for an unknown guest or options that no answer file can have.
 */
export async function rehearse(
  request: RehearsalRequest,
  options: PipelineOptions = {},
): Promise<RehearsalReport> {
  const { guest, answerFile } = request;
  const file = answerFile === undefined ? undefined : await readAnswerFile(guest, answerFile);
  const context = await openContext(options);
  return rehearseGuest(context, {
    guest,
    architecture: request.architecture,
    options: request.options,
    file: file === undefined ? undefined : { answer: file, source: resolve(answerFile ?? "") },
  });
}

async function readAnswerFile(guest: string, path: string): Promise<AnswerFile> {
  const { title, dialect } = findGuest(guest);
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
