import { hardwareOf } from "@winvm/qemu";
import { describeError } from "@winvm/runtime";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { StageName } from "../events/event.ts";
import type { Host } from "../host/host.ts";
import { hostPrint } from "../host/host-print.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import { ancestorsOf } from "../states/ancestry.ts";
import { recordedKind, type FileDigest } from "../store/digest.ts";
import { verifyEntry } from "../store/integrity.ts";
import { damaged, freezeAnew } from "../store/manifest.ts";
import { imageFiles, stateFiles } from "../store/layout.ts";
import type { StoreEntry } from "../store/store.ts";
import { Stamps } from "../store/stamps.ts";
import { firstDifference, type Difference, type Fingerprint } from "./needs.ts";
import { pairHardware } from "./pair-hardware.ts";

/** What a state records besides what its command lines say: of its host, and of what it is made from. */
export type RecordedNeeds = Pick<
  Fingerprint,
  "qemuSha256" | "processorVendor" | "firmwareBytes" | "imageDisk" | "uid"
>;

/**
 * What a state that is being frozen on this host will need. The image's disk is read for that if nobody knows its content.
 *
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` when the image is not what it was.
 */
export async function needsOf(
  context: Context,
  image: StoreEntry,
  firmware: StateFacts["firmware"],
): Promise<RecordedNeeds> {
  const host = await context.host();
  const { qemuSha256, processorVendor, firmwareBytes, uid } = await hostPrint(
    context.store.layout,
    host,
    firmware,
  );
  using reading = new Reading(context, "suspend");
  return {
    qemuSha256,
    ...(processorVendor !== undefined && { processorVendor }),
    firmwareBytes,
    uid,
    imageDisk: await imageDiskOf(context, image, reading),
  };
}

/**
 * Proves before anything is started that this host can revive a state: it fits the host and its image, and all files are
 * those that were sealed. A state that was used before is recognised without being read.
 *
 * @throws PipelineError `PIPELINE_STATE_MISMATCH` naming the first difference, `PIPELINE_STORE_DAMAGED` with all faults.
 */
export async function requireFit(context: Context, state: StoreEntry): Promise<void> {
  const { store, signal } = context;
  const ancestors = await ancestorsOf(store, state.manifest);
  const image = await imageOf(context, state);
  await requireHost(context, state);
  refuse(state, installedAnew(state, image));
  using reading = new Reading(context);
  const onProgress = ({ file, fraction }: { file: string; fraction: number }): void =>
    reading.tell(file, fraction);
  await verifyEntry(store.layout, state, { signal, onProgress });
  for (const ancestor of ancestors)
    await verifyEntry(store.layout, ancestor, { names: [stateFiles.disk], signal, onProgress });
  await requireImageDisk(context, state, image, reading);
}

/**
 * Proves that a state could be revived where it fits: it, what is below it and its image are those that were sealed, and
 * belong together.
 *
 * @param entries It and all that it needs.
 * @throws PipelineError `PIPELINE_STATE_MISMATCH`, `PIPELINE_STORE_DAMAGED` with all faults.
 */
export async function requireWhole(
  context: Context,
  state: StoreEntry,
  entries: readonly StoreEntry[],
): Promise<void> {
  const { store, signal } = context;
  await ancestorsOf(store, state.manifest);
  const image = await imageOf(context, state);
  refuse(state, installedAnew(state, image));
  using reading = new Reading(context, "export");
  const onProgress = ({ file, fraction }: { file: string; fraction: number }): void =>
    reading.tell(file, fraction);
  for (const entry of entries) await verifyEntry(store.layout, entry, { signal, onProgress });
  await requireImageDisk(context, state, image, reading);
}

/**
 * Compares a state with this host, and reads neither its files nor what it is made from.
 *
 * @throws PipelineError `PIPELINE_STATE_MISMATCH` naming the first difference.
 */
export async function requireHost(context: Context, state: StoreEntry): Promise<void> {
  const facts = state.manifest.facts as unknown as StateFacts;
  const host = await context.host();
  const wanted = printOf(facts, state.manifest.inputs);
  const here = await hostPrint(context.store.layout, host, facts.firmware);
  refuse(state, firstDifference(wanted, here));
  refuse(state, firstDifference(wanted, hardwareHere(state, facts, host)));
}

async function imageOf({ store }: Context, { directory, manifest }: StoreEntry) {
  const { imageKey } = manifest.facts as unknown as StateFacts;
  const image = await store.find("images", imageKey);
  if (image === undefined) throw damaged(directory, `its image ${imageKey} is gone`, { manifest });
  return image;
}

/** Compares the image's disk with the one that a state was frozen on, where it knows that. */
async function requireImageDisk(
  context: Context,
  state: StoreEntry,
  image: StoreEntry,
  reading: Reading,
): Promise<void> {
  const wanted = (state.manifest.facts as unknown as StateFacts).needs?.imageDisk;
  if (wanted === undefined) return;
  const imageDisk = await imageDiskOf(context, image, reading, wanted);
  refuse(state, firstDifference({ imageDisk: wanted }, { imageDisk }));
}

/** What a state says that it needs. Older ones say less; plain ones have the user id in what they were made from. Pure. */
export function printOf(
  facts: StateFacts,
  { uid }: Readonly<Record<string, unknown>> = {},
): Fingerprint {
  return {
    ...(typeof uid === "number" && { uid }),
    qemuVersion: facts.qemuVersion,
    accelerator: facts.accelerator,
    guest: hardwareOf(facts.guestArgv),
    controller: hardwareOf(facts.controllerArgv),
    ...facts.needs,
  };
}

function hardwareHere(state: StoreEntry, facts: StateFacts, host: Host): Fingerprint {
  try {
    return pairHardware(facts, host);
  } catch (error) {
    throw mismatch(state, {
      what: "its two machines",
      wanted: `(${facts.guestMachineType} and ${facts.controllerMachineType})`,
      found: describeError(error),
      meaning: "this QEMU can't be the same hardware",
    });
  }
}

/** A state that does not know its image's content can still tell that the image is younger than itself. */
function installedAnew(state: StoreEntry, image: StoreEntry): Difference | undefined {
  const imageDisk = (state.manifest.facts as unknown as StateFacts).needs?.imageDisk;
  const [frozen, installed] = [state.manifest.createdAt, image.manifest.createdAt];
  if (imageDisk !== undefined || Date.parse(installed) <= Date.parse(frozen)) return undefined;
  return {
    what: "an image",
    wanted: `older than itself (${frozen})`,
    found: `one of ${installed}`,
    meaning:
      "the image was installed anew since, and the frozen system remembers another disk than it would find",
  };
}

/** The digest of an image's disk, which is proven to be the one that was sealed where its manifest knows that. */
async function imageDiskOf(
  context: Context,
  image: StoreEntry,
  reading: Reading,
  like?: FileDigest,
): Promise<FileDigest> {
  const { layout } = context.store;
  const { manifest, directory } = image;
  const name = imageFiles.disk;
  await verifyEntry(layout, image, {
    names: [name],
    signal: context.signal,
    onProgress: ({ file, fraction }) => reading.tell(file, fraction),
  });
  const record = manifest.files[name];
  const kind = like === undefined ? undefined : recordedKind(like);
  if (record !== undefined && recordedKind(record) !== undefined) {
    const { sha256, dataSha256 } = record;
    return sha256 === undefined ? { dataSha256: dataSha256 ?? "" } : { sha256 };
  }
  const stamps = await Stamps.open(layout.verified(manifest.kind, manifest.key));
  const size = record?.sizeBytes ?? 1;
  const digest = await stamps.digest(name, `${directory}/${name}`, kind, {
    signal: context.signal,
    onBytes: (bytes) => reading.tell(name, bytes / size),
  });
  await stamps.save();
  return digest;
}

/** Tells of files being read, if that takes long enough to be told. */
class Reading implements Disposable {
  readonly #context: Context;
  readonly #stage: StageName;
  #since: number | undefined;

  constructor(context: Context, stage: StageName = "run") {
    this.#context = context;
    this.#stage = stage;
  }

  tell(detail: string, fraction: number): void {
    const { emit } = this.#context;
    const stage = this.#stage;
    // A stage that freezes a pair has told its title.
    if (this.#since === undefined && stage === "run") {
      emit({
        type: "stage:start",
        stage,
        title: "check that the stored files are as they were sealed",
      });
    }
    this.#since ??= performance.now();
    emit({ type: "stage:step", stage, step: "read", detail, fraction });
  }

  [Symbol.dispose](): void {
    if (this.#since === undefined || this.#stage !== "run") return;
    const elapsedMs = Math.round(performance.now() - this.#since);
    this.#context.emit({ type: "stage:end", stage: this.#stage, elapsedMs, cached: false });
  }
}

function refuse(state: StoreEntry, difference: Difference | undefined): void {
  if (difference !== undefined) throw mismatch(state, difference);
}

function mismatch(state: StoreEntry, difference: Difference): PipelineError {
  const { what, wanted, found, meaning, remedy } = difference;
  const rebuild = freezeAnew(state.manifest);
  return new PipelineError({
    code: "PIPELINE_STATE_MISMATCH",
    asked: `revive the state ${state.manifest.key}`,
    happened: `it was frozen with ${what} ${wanted}, and this host has ${found}: ${meaning}`,
    hint: remedy === undefined ? rebuild : `${rebuild}, or ${remedy}`,
    data: { what, wanted, found, state: state.manifest.key },
  });
}
