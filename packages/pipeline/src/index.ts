export { PipelineError } from "./errors.ts";
export { exitStatus } from "./events/outcome.ts";
export { largestPool } from "./pool/largest-pool.ts";
export { defaultStore } from "./store/layout.ts";
export {
  answerFor,
  collectGarbage,
  examineHost,
  exportState,
  importState,
  inspectMedia,
  install,
  layer,
  listImages,
  listPools,
  listStates,
  mapRuns,
  nameState,
  openPool,
  pinEntry,
  rehearse,
  run,
  stopPools,
  suspend,
  unnameState,
  writeSetupMedia,
} from "./verbs.ts";
export { listGuests } from "./verbs/guests.ts";

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
  NamedState,
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
export type { NameRequest } from "./verbs/name.ts";
export type { PinRequest } from "./verbs/pin.ts";
export type { RehearsalRequest } from "./verbs/rehearse.ts";
export type { GuestSummary } from "./verbs/guests.ts";
