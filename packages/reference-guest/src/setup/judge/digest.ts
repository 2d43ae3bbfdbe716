import { createHash } from "node:crypto";
import type { AnswerJudgement } from "./judge.ts";

/** What the guest's Setup says of its judgement on the serial port: enough to see that it is the host's. */
export interface JudgementDigest {
  readonly verdict: AnswerJudgement["verdict"];
  readonly counts: AnswerJudgement["counts"];
  /** SHA-256 of the whole judgement as JSON. */
  readonly sha256: string;
}

/** The digest of a judgement. */
export function digestOf(judgement: AnswerJudgement): JudgementDigest {
  const sha256 = createHash("sha256").update(JSON.stringify(judgement)).digest("hex");
  return { verdict: judgement.verdict, counts: judgement.counts, sha256 };
}
