import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../catalogue/profile.ts";
import { throwFaults } from "../errors.ts";
import { completeOptions } from "./defaults.ts";
import { checkDocument } from "./document-rules.ts";
import { documentElement } from "./document.ts";
import type { AnswerDocument } from "./document.ts";
import { oobeSystem } from "./oobe-system.ts";
import { checkOptions } from "./option-rules.ts";
import type { AnswerOptions, CompleteAnswerOptions } from "./options.ts";
import { specialize } from "./specialize.ts";
import { windowsPe } from "./windows-pe.ts";
import { renderXml } from "./xml.ts";

/** What Setup reads instead of asking. */
export interface AnswerFile {
  /** The name that Setup looks for in the root of a floppy or CD. */
  readonly fileName: "Autounattend.xml" | "winnt.sif";
  /** ASCII, lines ended by CR LF. */
  readonly bytes: Buffer;
}

/**
 * The answer file of a guest. The same input gives the same bytes.
 *
 * @throws UnattendError `UNATTEND_OPTIONS_INVALID` with every fault in `data.faults`.
 */
export function answerFile(profile: GuestProfile, options: AnswerOptions): AnswerFile {
  const asked = `write the answer file for ${profile.title}`;
  const complete = completeOptions(profile, options);
  throwFaults("UNATTEND_OPTIONS_INVALID", asked, [
    ...dialectRule(profile),
    ...checkOptions(complete, profile),
  ]);
  const document = answerDocument(profile, complete);
  throwFaults("UNATTEND_OPTIONS_INVALID", asked, checkDocument(document));
  const text = renderXml(documentElement(document, complete.architecture));
  return { fileName: "Autounattend.xml", bytes: Buffer.from(text, "latin1") };
}

function answerDocument(profile: GuestProfile, options: CompleteAnswerOptions): AnswerDocument {
  return {
    windowsPE: windowsPe(profile, options),
    specialize: specialize(profile, options),
    oobeSystem: oobeSystem(profile, options),
  };
}

function dialectRule({ dialect }: GuestProfile): Fault[] {
  if (dialect === "xml") return [];
  return [
    { path: "profile.dialect", expected: "xml (winnt.sif is not written yet)", value: dialect },
  ];
}
