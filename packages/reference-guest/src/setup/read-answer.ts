import { readDocument } from "./answer/document.ts";
import { openAnswer } from "./answer/open.ts";
import type { OpenAnswer } from "./answer/open.ts";
import { planDocument } from "./plan/plan-document.ts";
import type { MachineFacts, SetupPlan } from "./plan/plan.ts";
import { refusalOf } from "./refusal.ts";
import type { Finding, Refusal } from "./refusal.ts";
import { planSif } from "./sif/plan.ts";
import { readsSif } from "./systems/system.ts";

/** A plan with what is passed over, or everything that is wrong with the answer file. */
export type Answer =
  | { readonly kind: "plan"; readonly plan: SetupPlan; readonly ignored: readonly Refusal[] }
  | { readonly kind: "refused"; readonly refusals: readonly [Refusal, ...Refusal[]] };

/** All that is to be said of an answer file, and the plan where one can be made. */
export interface Examination {
  readonly plan?: SetupPlan | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reads an answer file the way Setup does, strictly.
 *
 * @param fileName `winnt.sif` or `Autounattend.xml`, in any case; it decides the language.
 */
export function readAnswer(fileName: string, bytes: Uint8Array, machine: MachineFacts): Answer {
  return conclude(examineAnswer(openAnswer(fileName, bytes), machine));
}

/** What Setup makes of an answer file: its plan, or why there is none. */
export function conclude({ plan, findings }: Examination): Answer {
  const hard = findings.filter(({ kind }) => kind !== "ignored").map(refusalOf);
  const ignored = findings.filter(({ kind }) => kind === "ignored").map(refusalOf);
  if (plan !== undefined && hard.length === 0) return { kind: "plan", plan, ignored };
  const [first = { setting: "unattend", reason: "no plan" }, ...rest] = hard;
  return { kind: "refused", refusals: [first, ...rest] };
}

/** Examines an answer file as the Setup of a machine's Windows does. Pure. */
export function examineAnswer(answer: OpenAnswer, machine: MachineFacts): Examination {
  if (answer.kind === "unreadable") return { findings: [answer.finding] };
  const { system } = machine;
  if (system !== undefined && readsSif(system) !== (answer.kind === "sif"))
    return { findings: otherLanguage(answer, `${system.title} does not look for it`) };
  if (answer.kind === "sif") {
    const { plan, findings } = planSif(answer.file, machine);
    const sound = answer.findings.length === 0;
    return { plan: sound ? plan : undefined, findings: [...answer.findings, ...findings] };
  }
  const { document, findings } = readDocument(answer.root, machine.architecture);
  const planned = planDocument(document, machine);
  return { plan: planned.plan, findings: [...findings, ...planned.findings] };
}

function otherLanguage(
  answer: Exclude<OpenAnswer, { kind: "unreadable" }>,
  reason: string,
): Finding[] {
  const parts = answer.kind === "xml" ? [answer.root] : [...answer.file.values()];
  const finding = { setting: answer.fileName, reason, whole: true };
  return parts.length === 0 ? [finding] : parts.map((at) => ({ ...finding, at }));
}
