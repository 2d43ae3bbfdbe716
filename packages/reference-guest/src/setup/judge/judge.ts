import { readDocument } from "../answer/document.ts";
import type { AnswerElement } from "../answer/element.ts";
import { parseXml } from "../answer/parse-xml.ts";
import { decodeAnswer } from "../answer/text.ts";
import type { MachineFacts, SetupPlan } from "../plan/plan.ts";
import { examineAnswer } from "../read-answer.ts";
import type { Refusal } from "../refusal.ts";
import { ownSystem, readsSif } from "../systems/system.ts";
import { isPlayed } from "./played.ts";

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
  /** In the order of the file; what is missing comes last. */
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
  const system = machine.system ?? ownSystem;
  const sif = fileName.toLowerCase().endsWith(".sif");
  const text = decodeAnswer(bytes);
  const { plan, refusals } =
    text === undefined
      ? { refusals: [{ setting: fileName, reason: "neither UTF-8 nor UTF-16 text" }] }
      : sif !== readsSif(system) && machine.system !== undefined
        ? { refusals: [{ setting: fileName, reason: `${system.title} does not look for it` }] }
        : examineAnswer(fileName, text, machine);
  const leaves = text === undefined ? [] : sif ? sifLeaves(text) : xmlLeaves(text, machine);
  const settings = verdicts(leaves, refusals);
  const count = (kind: SettingVerdict["verdict"]): number =>
    settings.filter(({ verdict }) => verdict === kind).length;
  const counts = { obeyed: count("obeyed"), ignored: count("ignored"), refused: count("refused") };
  return {
    plan: counts.refused > 0 ? undefined : plan,
    judgement: {
      title: system.title,
      version: system.version,
      architecture: machine.architecture,
      firmware: machine.firmware,
      fileName,
      verdict: counts.refused > 0 ? "refused" : "accepted",
      counts,
      settings,
      unplayable: refusals
        .filter(({ kind }) => kind === "unplayable")
        .map(({ setting, reason }) => `${setting}: ${reason}`),
    },
  };
}

interface Leaf {
  readonly pass?: string;
  readonly setting: string;
  readonly line: number;
  /** Lines of the elements that it is in, its own last. */
  readonly within: readonly number[];
}

function verdicts(leaves: readonly Leaf[], findings: readonly Refusal[]): SettingVerdict[] {
  const told = new Set<Refusal>();
  const own = leaves.map((leaf): SettingVerdict => {
    const { within, ...place } = leaf;
    const about = findings.filter((finding) => concerns(finding, leaf, within));
    const hard = about.find(({ kind }) => kind === undefined || kind === "stops");
    const soft = about.find(({ kind }) => kind === "ignored");
    for (const finding of about) if (finding === (hard ?? soft)) told.add(finding);
    if (hard !== undefined) return { verdict: "refused", ...place, reason: hard.reason };
    if (soft !== undefined) return { verdict: "ignored", ...place, reason: soft.reason };
    return isPlayed(leaf.pass, leaf.setting)
      ? { verdict: "obeyed", ...place }
      : { verdict: "obeyed", ...place, reason: NOTHING_TO_DO };
  });
  // What is missing, or wrong with more than one setting.
  const rest = findings
    .filter((finding) => finding.kind !== "unplayable" && !told.has(finding))
    .map(({ kind, pass, setting, reason, line }): SettingVerdict => ({
      verdict: kind === "ignored" ? "ignored" : "refused",
      ...(pass !== undefined && { pass }),
      setting,
      ...(line !== undefined && { line }),
      reason,
    }));
  return [...own, ...rest];
}

function concerns(finding: Refusal, leaf: Leaf, within: readonly number[]): boolean {
  if (finding.pass !== leaf.pass) return false;
  const [about, path] = [finding.setting.toLowerCase(), leaf.setting.toLowerCase()];
  if (finding.line !== undefined && !within.includes(finding.line)) return false;
  if (about === path) return true;
  // What is above a setting concerns it where it takes the setting along.
  const certain = finding.line !== undefined || finding.pass === undefined;
  return certain && path.startsWith(`${about}/`) && isTakenAlong(finding);
}

function isTakenAlong({ kind, reason }: Refusal): boolean {
  return (
    (kind === "ignored" && !reason.includes("text beside")) ||
    /there is no such|not allowed in the pass|processorArchitecture/.test(reason)
  );
}

function xmlLeaves(text: string, machine: MachineFacts): Leaf[] {
  const parsed = parseXml(text);
  if ("refusal" in parsed) return [];
  const { passedOver, document } = readDocument(parsed.root, machine.architecture);
  return [...document.components, ...passedOver]
    .toSorted((one, other) => one.element.line - other.element.line)
    .flatMap(({ pass, name, element }) =>
      element.children.flatMap((child) =>
        elementLeaves(child, `${name}/${child.name}`, pass, [element.line]),
      ),
    );
}

function elementLeaves(
  element: AnswerElement,
  setting: string,
  pass: string,
  above: readonly number[],
): Leaf[] {
  const within = [...above, element.line];
  if (element.children.length === 0) return [{ pass, setting, line: element.line, within }];
  return element.children.flatMap((child) =>
    elementLeaves(child, `${setting}/${child.name}`, pass, within),
  );
}

function sifLeaves(text: string): Leaf[] {
  let section = "";
  return text.split(/\r?\n/).flatMap((raw, at): Leaf[] => {
    const line = raw.trim();
    const title = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (title !== undefined) section = title.trim();
    const key = /^"?([^"=;#][^"=]*?)"?\s*=/.exec(line)?.[1];
    if (title !== undefined || key === undefined || section === "") return [];
    return [{ setting: `${section}/${key.trim()}`, line: at + 1, within: [at + 1] }];
  });
}
