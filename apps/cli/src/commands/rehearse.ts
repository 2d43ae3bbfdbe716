import type { RehearsalRequest } from "@winvm/pipeline";
import type { Command } from "commander";
import { resolve } from "node:path";
import type { Fault } from "@winvm/runtime";
import {
  addCommonOptions,
  addTraceOption,
  addMediaOptions,
  mergedOptions,
} from "../program/options.ts";
import { paintFor } from "../render/paint.ts";
import { rehearsalText, rehearsalTable } from "../render/rehearsal.ts";
import type { RehearsalResult } from "../render/rehearsal.ts";
import { usageError } from "../request/job-options.ts";
import { mediaRequest, type TypedMediaOptions } from "../request/media-options.ts";
import { answer } from "../session/answer-command.ts";
import { playSeveral, severalRequests } from "../session/play-several.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

interface TypedOptions extends CommonOptions, TypedMediaOptions {
  readonly answerFile?: string;
  readonly all?: boolean;
  readonly allArchitectures?: boolean;
}

const details = `
The reference guest's Setup reads the answer file as that Windows would, on its hardware, firmware and media,
and says of each setting whether it is obeyed, ignored or refused. It is not Windows: what works here may
still fail there.

Exit status: 0 when all went well, 1 when Setup would stop or the reference guest can't play it, 125 when
winvm itself or the machine fails. Of several, one that fails does not keep the others from being played.
`;

/** `winvm rehearse`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description("Plays the unattended installation of a Windows without its ISO; keeps nothing.")
    .argument("[guest]", "a name of the catalogue: xp, 7, 11, … (default: what the ISO holds)");
  addMediaOptions(command);
  command
    .option("--answer-file <file>", "read somebody's winnt.sif or Autounattend.xml, not winvm's")
    .option("--all", "play every guest of the catalogue, one after the other")
    .option("--all-architectures", "play each architecture that there is of the guest, or of all")
    .addHelpText("after", details);
  addTraceOption(command);
  addCommonOptions(command, { json: "the report; with --all… an array, also of what failed" });
  command.action(async (guest: string | undefined, _options, self: Command) => {
    const options: TypedOptions = mergedOptions(self);
    const request = requestOf(guest, options);
    const { all = false, allArchitectures = false } = options;
    await answer(options, context, async (pipeline, session) => {
      const paint = paintFor(process.stdout);
      if (all || allArchitectures) {
        const guests = pipeline.listGuests(guest);
        const requests = severalRequests(request, guests, allArchitectures);
        const results = await playSeveral(pipeline, session, requests);
        return {
          value: results,
          text: rehearsalTable(results, paint),
          status: statusOf(results),
        };
      }
      const report = await pipeline.rehearse(request, session.options);
      const verbose = session.verbosity === "verbose";
      return {
        value: report,
        text: rehearsalText(report, { verbose, paint }),
        status: statusOf([report]),
      };
    });
  });
}

function statusOf(results: readonly RehearsalResult[]): number {
  if (results.some(({ verdict }) => verdict === "failed")) return 125;
  return results.every(({ verdict }) => verdict === "green") ? 0 : 1;
}

function requestOf(guest: string | undefined, options: TypedOptions): RehearsalRequest {
  const { all = false, allArchitectures = false, answerFile, iso } = options;
  const faults: Fault[] = [];
  if (all && (guest !== undefined || answerFile !== undefined || iso !== undefined))
    faults.push({ path: "--all", expected: "no guest, ISO or answer file beside it", value: true });
  if (allArchitectures && (options.arch ?? answerFile ?? iso) !== undefined) {
    const expected = "no --arch, ISO or answer file beside it";
    faults.push({ path: "--all-architectures", expected, value: true });
  }
  if (!all && guest === undefined && iso === undefined) {
    const expected = `the name of a guest${allArchitectures ? "" : ", --iso"} or --all`;
    faults.push({ path: "GUEST", expected, value: guest });
  }
  const request: RehearsalRequest = {
    guest,
    ...mediaRequest(options, process.cwd()),
    answerFile: answerFile === undefined ? undefined : resolve(answerFile),
  };
  if (faults.length > 0) throw usageError("rehearse", faults);
  return request;
}
