import type {
  AnswerRecord,
  AnswerRequest,
  ExportRecord,
  ExportRequest,
  GarbageReport,
  GarbageRequest,
  GuestRequest,
  HostNeed,
  ImageRecord,
  LayerRequest,
  LayerResult,
  MapOptions,
  MapReport,
  NamedState,
  NameRequest,
  MapRequest,
  ImportRecord,
  ImportRequest,
  Outcome,
  GuestSummary,
  PinRequest,
  PipelineOptions,
  PoolReport,
  PoolRequest,
  RehearsalReport,
  RehearsalRequest,
  RecognisedMedia,
  RunningPool,
  RunRequest,
  RunResult,
  SetupMediaRecord,
  SetupMediaRequest,
  StateRecord,
} from "@winvm/pipeline";
import { traced } from "@winvm/runtime";

/** The part of `@winvm/pipeline` that the command line uses. */
export interface Pipeline {
  run(request: RunRequest, options: PipelineOptions): Promise<RunResult>;
  layer(request: LayerRequest, options: PipelineOptions): Promise<LayerResult>;
  openPool(request: PoolRequest, options: PipelineOptions): Promise<RunningPool>;
  listPools(options: PipelineOptions): Promise<readonly PoolReport[]>;
  stopPools(request: { readonly now: boolean }, options: PipelineOptions): Promise<number>;
  mapRuns(request: MapRequest, options: MapOptions): Promise<MapReport>;
  install(request: GuestRequest, options: PipelineOptions): Promise<ImageRecord>;
  rehearse(request: RehearsalRequest, options: PipelineOptions): Promise<RehearsalReport>;
  listGuests(name?: string): readonly GuestSummary[];
  suspend(request: GuestRequest, options: PipelineOptions): Promise<StateRecord>;
  answerFor(request: AnswerRequest): Promise<AnswerRecord>;
  writeSetupMedia(
    request: SetupMediaRequest,
    directory: string,
    options: PipelineOptions,
  ): Promise<SetupMediaRecord>;
  inspectMedia(iso: string): Promise<RecognisedMedia>;
  listImages(options: PipelineOptions): Promise<readonly ImageRecord[]>;
  listStates(options: PipelineOptions): Promise<readonly StateRecord[]>;
  exportState(request: ExportRequest, options: PipelineOptions): Promise<ExportRecord>;
  importState(request: ImportRequest, options: PipelineOptions): Promise<ImportRecord>;
  nameState(request: NameRequest, options: PipelineOptions): Promise<NamedState>;
  unnameState(
    name: string,
    options: PipelineOptions,
  ): Promise<{ readonly name: string; readonly key: string }>;
  pinEntry(request: PinRequest, options: PipelineOptions): Promise<ImageRecord | StateRecord>;
  collectGarbage(request: GarbageRequest, options: PipelineOptions): Promise<GarbageReport>;
  examineHost(options: PipelineOptions): Promise<readonly HostNeed[]>;
  exitStatus(outcome: Outcome): number;
}

/** Loads the real pipeline, which is most of the program, only once a command needs it. */
export async function loadPipeline(): Promise<Pipeline> {
  return traced(
    () => ({ group: "winvm", lane: "process", name: "load the pipeline" }),
    () => import("@winvm/pipeline"),
  );
}
