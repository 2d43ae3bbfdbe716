export { PipelineError } from "./errors.ts";
export { exitStatus } from "./events/outcome.ts";
export { defaultStore } from "./store/layout.ts";
export { answerFor } from "./verbs/answer.ts";
export { examineHost } from "./verbs/doctor.ts";
export { exportState } from "./verbs/export.ts";
export { collectGarbage } from "./verbs/gc.ts";
export { importState } from "./verbs/import.ts";
export { inspectMedia } from "./verbs/inspect.ts";
export { listGuests } from "./verbs/guests.ts";
export { layer } from "./verbs/layer.ts";
export { listImages, listStates } from "./verbs/list.ts";
export { largestPool, listPools, openPool, stopPools } from "./verbs/pool.ts";
export { mapRuns } from "./verbs/map.ts";
export { pinEntry } from "./verbs/pin.ts";
export { rehearse } from "./verbs/rehearse.ts";
export { run } from "./verbs/run.ts";
export { install, suspend } from "./verbs/stages.ts";
export { writeSetupMedia } from "./verbs/write-setup-media.ts";

export type { PipelineErrorCode } from "./errors.ts";
export type { MediaEdition, RecognisedMedia } from "@winvm/unattend";
export type { ClockChoice } from "./clone/clock-choice.ts";
export type { IdentityChoice } from "./clone/identity.ts";
export type { EventListener, PipelineEvent, StageName } from "./events/event.ts";
export type { Evidence, Outcome } from "./events/outcome.ts";
export type { PoolReport } from "./pool/messages.ts";
export type { RunningPool } from "./pool/start-pool.ts";
export type { AttemptStart } from "./map/drive.ts";
export type { ItemEnd, MapEvent, MapReport } from "./map/events.ts";
export type { RehearsalReport, RehearsedCommand } from "./rehearsal/report.ts";
export type {
  AnswerRecord,
  ExportRecord,
  GarbageReport,
  HostNeed,
  ImageRecord,
  LayerResult,
  ImportRecord,
  RunResult,
  SetupMediaRecord,
  StateRecord,
} from "./records.ts";
export type {
  AnswerRequest,
  GuestRequest,
  LayerRequest,
  PipelineOptions,
  RunRequest,
  SetupMediaRequest,
  SetupRequest,
  ShareRequest,
} from "./request.ts";
export type { ExportRequest } from "./verbs/export.ts";
export type { ImportRequest } from "./verbs/import.ts";
export type { GarbageRequest } from "./verbs/gc.ts";
export type { PoolRequest } from "./verbs/pool.ts";
export type { MapItem, MapJob } from "./map/clones.ts";
export type { MapOptions, MapRequest } from "./verbs/map.ts";
export type { PinRequest } from "./verbs/pin.ts";
export type { RehearsalRequest } from "./verbs/rehearse.ts";
export type { GuestSummary } from "./verbs/guests.ts";
