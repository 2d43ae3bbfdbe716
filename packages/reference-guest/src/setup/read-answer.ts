import { decodeAnswer } from "./answer/text.ts";
import { readDocument } from "./answer/document.ts";
import { parseXml } from "./answer/parse-xml.ts";
import { planDocument } from "./plan/plan-document.ts";
import type { MachineFacts, SetupPlan } from "./plan/plan.ts";
import type { Refusal } from "./refusal.ts";
import { parseSif } from "./sif/parse.ts";
import { planSif } from "./sif/plan.ts";

/** A plan, or everything that is wrong with the answer file. */
export type Answer =
  | { readonly kind: "plan"; readonly plan: SetupPlan }
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
  const { plan, refusals } = fileName.toLowerCase().endsWith(".sif")
    ? readSif(text, machine)
    : readXml(text, machine);
  if (plan !== undefined && refusals.length === 0) return { kind: "plan", plan };
  return refused(refusals);
}

function readSif(text: string, machine: MachineFacts): ReturnType<typeof planSif> {
  const { file, refusals } = parseSif(text);
  return refusals.length > 0 ? { refusals } : planSif(file, machine);
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
