import { traced } from "@winvm/runtime";

/** See `verbs/answer.ts`. */
export const answerFor: typeof import("./verbs/answer.ts").answerFor = late(
  async () => (await import("./verbs/answer.ts")).answerFor,
);

/** See `verbs/doctor.ts`. */
export const examineHost: typeof import("./verbs/doctor.ts").examineHost = late(
  async () => (await import("./verbs/doctor.ts")).examineHost,
);

/** See `verbs/export.ts`. */
export const exportState: typeof import("./verbs/export.ts").exportState = late(
  async () => (await import("./verbs/export.ts")).exportState,
);

/** See `verbs/gc.ts`. */
export const collectGarbage: typeof import("./verbs/gc.ts").collectGarbage = late(
  async () => (await import("./verbs/gc.ts")).collectGarbage,
);

/** See `verbs/import.ts`. */
export const importState: typeof import("./verbs/import.ts").importState = late(
  async () => (await import("./verbs/import.ts")).importState,
);

/** See `verbs/inspect.ts`. */
export const inspectMedia: typeof import("./verbs/inspect.ts").inspectMedia = late(
  async () => (await import("./verbs/inspect.ts")).inspectMedia,
);

/** See `verbs/layer.ts`. */
export const layer: typeof import("./verbs/layer.ts").layer = late(
  async () => (await import("./verbs/layer.ts")).layer,
);

/** See `verbs/list.ts`. */
export const listImages: typeof import("./verbs/list.ts").listImages = late(
  async () => (await import("./verbs/list.ts")).listImages,
);

/** See `verbs/list.ts`. */
export const listStates: typeof import("./verbs/list.ts").listStates = late(
  async () => (await import("./verbs/list.ts")).listStates,
);

/** See `verbs/pool.ts`. */
export const listPools: typeof import("./verbs/pool.ts").listPools = late(
  async () => (await import("./verbs/pool.ts")).listPools,
);

/** See `verbs/pool.ts`. */
export const openPool: typeof import("./verbs/pool.ts").openPool = late(
  async () => (await import("./verbs/pool.ts")).openPool,
);

/** See `verbs/pool.ts`. */
export const stopPools: typeof import("./verbs/pool.ts").stopPools = late(
  async () => (await import("./verbs/pool.ts")).stopPools,
);

/** See `verbs/map.ts`. */
export const mapRuns: typeof import("./verbs/map.ts").mapRuns = late(
  async () => (await import("./verbs/map.ts")).mapRuns,
);

/** See `verbs/name.ts`. */
export const nameState: typeof import("./verbs/name.ts").nameState = late(
  async () => (await import("./verbs/name.ts")).nameState,
);

/** See `verbs/name.ts`. */
export const unnameState: typeof import("./verbs/name.ts").unnameState = late(
  async () => (await import("./verbs/name.ts")).unnameState,
);

/** See `verbs/pin.ts`. */
export const pinEntry: typeof import("./verbs/pin.ts").pinEntry = late(
  async () => (await import("./verbs/pin.ts")).pinEntry,
);

/** See `verbs/rehearse.ts`. */
export const rehearse: typeof import("./verbs/rehearse.ts").rehearse = late(
  async () => (await import("./verbs/rehearse.ts")).rehearse,
);

/** See `verbs/run.ts`. */
export const run: typeof import("./verbs/run.ts").run = late(
  async () => (await import("./verbs/run.ts")).run,
);

/** See `verbs/stages.ts`. */
export const install: typeof import("./verbs/stages.ts").install = late(
  async () => (await import("./verbs/stages.ts")).install,
);

/** See `verbs/stages.ts`. */
export const suspend: typeof import("./verbs/stages.ts").suspend = late(
  async () => (await import("./verbs/stages.ts")).suspend,
);

/** See `verbs/write-setup-media.ts`. */
export const writeSetupMedia: typeof import("./verbs/write-setup-media.ts").writeSetupMedia = late(
  async () => (await import("./verbs/write-setup-media.ts")).writeSetupMedia,
);

/**
 * A function that is loaded when it is called for the first time. Whoever imports this package wants one or two of its
 * verbs, and all of them together are hundreds of files.
 */
function late<Args extends readonly unknown[], Result>(
  load: () => Promise<(...args: Args) => Promise<Result>>,
): (...args: Args) => Promise<Result> {
  const name = "load what the command needs";
  return async (...args) => {
    const verb = await traced(() => ({ group: "winvm", lane: "process", name }), load);
    return verb(...args);
  };
}
