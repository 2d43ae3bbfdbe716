import type { AnswerJudgement } from "./judge.ts";

/** What the guest's Setup says of its judgement on the serial port: enough to see that it is the host's. */
export interface JudgementDigest {
  readonly verdict: AnswerJudgement["verdict"];
  readonly counts: AnswerJudgement["counts"];
  /** FNV-1a of the whole judgement as JSON, over its UTF-16 units: eight hexadecimal digits. */
  readonly hash: string;
}

/** The digest of a judgement. */
export function digestOf(judgement: AnswerJudgement): JudgementDigest {
  const hash = fnv1a(JSON.stringify(judgement));
  return { verdict: judgement.verdict, counts: judgement.counts, hash };
}

/** Not of node:crypto: to load that takes an emulated machine as long as to read the answer file. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
