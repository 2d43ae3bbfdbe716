import { openAnswer } from "../answer/open.ts";
import type { OpenAnswer } from "../answer/open.ts";
import type { MachineFacts, SetupPlan } from "../plan/plan.ts";
import { examineAnswer } from "../read-answer.ts";
import type { Finding } from "../refusal.ts";
import { ownSystem } from "../systems/system.ts";
import { leavesOf } from "./leaves.ts";
import type { Leaf } from "./leaves.ts";

/** What Setup does with one setting. */
export interface SettingVerdict {
  readonly verdict: "obeyed" | "ignored" | "refused";
  /** Configuration pass; absent in winnt.sif, and where the file as a whole is meant. */
  readonly pass?: string | undefined;
  /** Path from the component (or the section) on. */
  readonly setting: string;
  /** Line of the file, from 1. */
  readonly line?: number | undefined;
  /** Why it is ignored or refused; with `obeyed`, what is special about it. */
  readonly reason?: string | undefined;
}

/** An answer file, judged setting by setting. */
export interface AnswerJudgement {
  /** The Windows whose Setup judges. */
  readonly title: string;
  readonly version: string;
  readonly architecture: string;
  readonly firmware: "bios" | "uefi";
  readonly fileName: string;
  /** `accepted` where nothing is refused. */
  readonly verdict: "accepted" | "refused";
  readonly counts: { readonly obeyed: number; readonly ignored: number; readonly refused: number };
  /** Each setting of the file once, in its order; then what is missing, or wrong with several. */
  readonly settings: readonly SettingVerdict[];
  /** What Windows would do and the reference guest cannot play. */
  readonly unplayable: readonly string[];
}

/** Known and legal, but nothing that the reference guest has a use for. */
const NOTHING_TO_DO = "known and legal; the reference guest has nothing to do for it";

/**
 * Judges an answer file as Setup of a Windows would on a machine: which settings it obeys, ignores and refuses, each with
 * its reason. Pure: the same code on any host and in the reference guest's Setup.
 *
 * @param fileName `winnt.sif` or `Autounattend.xml`, in any case; it decides the language.
 */
export function judgeAnswerFile(
  fileName: string,
  bytes: Uint8Array,
  machine: MachineFacts,
): { readonly judgement: AnswerJudgement; readonly plan?: SetupPlan | undefined } {
  const answer = openAnswer(fileName, bytes);
  const { plan, findings } = examineAnswer(answer, machine);
  const judgement = judge(answer, findings, machine);
  return { judgement, plan: judgement.verdict === "refused" ? undefined : plan };
}

/** The judgement that the findings of an answer file's examination amount to. */
export function judge(
  answer: OpenAnswer,
  findings: readonly Finding[],
  machine: MachineFacts,
): AnswerJudgement {
  const { title, version } = machine.system ?? ownSystem;
  const settings = verdicts(leavesOf(answer), findings);
  const count = (kind: SettingVerdict["verdict"]): number =>
    settings.filter(({ verdict }) => verdict === kind).length;
  const counts = { obeyed: count("obeyed"), ignored: count("ignored"), refused: count("refused") };
  return {
    title,
    version,
    architecture: machine.architecture,
    firmware: machine.firmware,
    fileName: answer.fileName,
    verdict: counts.refused > 0 ? "refused" : "accepted",
    counts,
    settings,
    unplayable: findings
      .filter(({ kind }) => kind === "unplayable")
      .map(({ setting, reason }) => `${setting}: ${reason}`),
  };
}

function verdicts(leaves: readonly Leaf[], findings: readonly Finding[]): SettingVerdict[] {
  const told = new Set<Finding>();
  const own = leaves.map(({ pass, setting, line, played, within }): SettingVerdict => {
    const about = findings.filter(
      ({ at, whole }) =>
        at !== undefined && (at === within.at(-1) || (whole === true && within.includes(at))),
    );
    for (const finding of about) told.add(finding);
    const place = { ...(pass !== undefined && { pass }), setting, line };
    const hard = about.filter(({ kind }) => kind === undefined || kind === "stops");
    if (hard.length > 0) return { verdict: "refused", ...place, reason: reasons(hard) };
    const soft = about.filter(({ kind }) => kind === "ignored");
    if (soft.length > 0) return { verdict: "ignored", ...place, reason: reasons(soft) };
    if (about.length > 0) return { verdict: "obeyed", ...place, reason: reasons(about) };
    return { verdict: "obeyed", ...place, ...(!played && { reason: NOTHING_TO_DO }) };
  });
  const rest = findings
    .filter((finding) => finding.kind !== "unplayable" && !told.has(finding))
    .map(({ kind, pass, setting, reason, at }): SettingVerdict => ({
      verdict: kind === "ignored" ? "ignored" : "refused",
      ...(pass !== undefined && { pass }),
      setting,
      ...(at !== undefined && { line: at.line }),
      reason,
    }));
  return [...own, ...rest];
}

function reasons(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ reason }) => reason))].join("; ");
}
