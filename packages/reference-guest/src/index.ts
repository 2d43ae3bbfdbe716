export { ReferenceGuestError } from "./errors.ts";
export { buildReferenceIso } from "./iso/build.ts";
export { referenceIsoKey } from "./iso/key.ts";
export { openReferenceIso } from "./iso/open.ts";
export { judgeAnswerFile } from "./setup/judge/judge.ts";
export { digestOf } from "./setup/judge/digest.ts";
export { answerHash, HOST_PLAN_NAME, writeHostPlan } from "./setup/host-plan.ts";
export { REHEARSAL_NAME, writeRehearsal } from "./setup/systems/rehearsal.ts";
export { readAnswer } from "./setup/read-answer.ts";
export { formatRefusal } from "./setup/refusal.ts";

export type { ReferenceGuestErrorCode } from "./errors.ts";
export type { ReferenceBuildOptions, ReferenceBuildProgress } from "./iso/build.ts";
export type { ReferenceManifest } from "./iso/manifest.ts";
export type { ReferenceIso } from "./iso/open.ts";
export type {
  AccountPlan,
  CommandPass,
  DiskPlan,
  InterfacePlan,
  MachineFacts,
  PartitionPlan,
  PlannedCommand,
  SetupPlan,
} from "./setup/plan/plan.ts";
export type { AnswerJudgement, SettingVerdict } from "./setup/judge/judge.ts";
export type { JudgementDigest } from "./setup/judge/digest.ts";
export type { RehearsalOrder } from "./setup/systems/rehearsal.ts";
export type { SetupSystem } from "./setup/systems/system.ts";
export type { Answer } from "./setup/read-answer.ts";
export type { FindingKind, Refusal } from "./setup/refusal.ts";
