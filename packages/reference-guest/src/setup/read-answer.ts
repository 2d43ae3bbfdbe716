import { decodeAnswer } from "./answer/text.ts";
import { readDocument } from "./answer/document.ts";
import { parseXml } from "./answer/parse-xml.ts";
import { planDocument } from "./plan/plan-document.ts";
import type { MachineFacts, SetupPlan } from "./plan/plan.ts";
import type { Refusal } from "./refusal.ts";
import { parseSif } from "./sif/parse.ts";
import { checkAscii, planSif } from "./sif/plan.ts";

/** A plan with what is passed over, or everything that is wrong with the answer file. */
export type Answer =
  | { readonly kind: "plan"; readonly plan: SetupPlan; readonly ignored: readonly Refusal[] }
  | { readonly kind: "refused"; readonly refusals: readonly [Refusal, ...Refusal[]] };

/**
 * Reads an answer file the way Setup does, strictly.
 *
 * @param fileName `winnt.sif` or `Autounattend.xml`, in any case; it decides the language.
 */
export function readAnswer(fileName: string, bytes: Uint8Array, machine: MachineFacts): Answer {
  const text = decodeAnswer(bytes);
  if (text === undefined)
    return refused([{ setting: fileName, reason: "neither UTF-8 nor UTF-16 text" }]);
  const { plan, refusals } = examineAnswer(fileName, text, machine);
  const hard = refusals.filter(({ kind }) => kind !== "ignored");
  const ignored = refusals.filter(({ kind }) => kind === "ignored");
  return plan !== undefined && hard.length === 0 ? { kind: "plan", plan, ignored } : refused(hard);
}

/** All that is to be said of an answer file's text, and the plan where one can be made. Pure. */
export function examineAnswer(
  fileName: string,
  text: string,
  machine: MachineFacts,
): ReturnType<typeof planSif> {
  return fileName.toLowerCase().endsWith(".sif") ? readSif(text, machine) : readXml(text, machine);
}

function readSif(text: string, machine: MachineFacts): ReturnType<typeof planSif> {
  const { file, refusals } = parseSif(text);
  const planned = planSif(file, machine);
  const all = [...refusals, ...checkAscii(text), ...planned.refusals];
  return { plan: all.length > 0 ? undefined : planned.plan, refusals: all };
}

function readXml(text: string, machine: MachineFacts): ReturnType<typeof planDocument> {
  const parsed = parseXml(text);
  if ("refusal" in parsed) return { refusals: [parsed.refusal] };
  const { document, refusals } = readDocument(parsed.root, machine.architecture);
  const planned = planDocument(document, machine);
  return { plan: planned.plan, refusals: [...refusals, ...planned.refusals] };
}

function refused(refusals: readonly Refusal[]): Answer {
  const [first, ...rest] = refusals;
  return {
    kind: "refused",
    refusals: [first ?? { setting: "unattend", reason: "no plan" }, ...rest],
  };
}
