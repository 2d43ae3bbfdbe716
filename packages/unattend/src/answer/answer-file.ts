import type { Fault } from "@winvm/runtime";
import { guestFor } from "../catalogue/catalogue.ts";
import type { GuestProfile } from "../catalogue/profile.ts";
import { throwFaults } from "../errors.ts";
import { completeOptions } from "./defaults.ts";
import { checkDocument } from "./document-rules.ts";
import { documentElement } from "./document.ts";
import type { AnswerDocument } from "./document.ts";
import { oobeSystem } from "./oobe-system.ts";
import type { AnswerOptions, CompleteAnswerOptions } from "./options.ts";
import { checkOptions } from "./rules/check-options.ts";
import { renderSif } from "./sif/sif-file.ts";
import { winntSif } from "./sif/winnt-sif.ts";
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
  const { architecture = profile.architecture } = options;
  const known = profile.architectures.includes(architecture);
  const guest = known ? guestFor(profile, architecture) : profile;
  const complete = completeOptions(guest, options);
  const refuse = (faults: readonly Fault[]): void => {
    throwFaults("UNATTEND_OPTIONS_INVALID", `write the answer file for ${profile.title}`, faults);
  };
  refuse(checkOptions(complete, guest));
  if (guest.dialect === "sif") {
    const { sections, faults } = winntSif(guest, complete);
    refuse(faults);
    return { fileName: "winnt.sif", bytes: Buffer.from(renderSif(sections), "latin1") };
  }
  const document = answerDocument(guest, complete);
  refuse(checkDocument(document));
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
