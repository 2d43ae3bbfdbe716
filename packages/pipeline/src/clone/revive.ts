import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  connectController,
  controllerPorts,
  controllerMachine,
  openControllerImage,
  type Controller,
} from "@winvm/controller";
import {
  findFirmware,
  resumeTogether,
  startMachine,
  type Machine,
  type RunningMachine,
} from "@winvm/qemu";
import { removeTree, traced } from "@winvm/runtime";
import { findGuest, guestFor } from "@winvm/unattend/catalogue";
import { startSwitch } from "@winvm/vde";
import { createExchange, planShares, type Exchange, type Share } from "@winvm/xchg";
import type { Context } from "../context.ts";
import type { CloneIdentity } from "./identity.ts";
import type { Host } from "../host/host.ts";
import { guestMachine } from "../machines/guest-machine.ts";
import { withResources } from "../machines/resources.ts";
import { startBoth } from "../machines/start-both.ts";
import { revivalStep } from "../revival-trace.ts";
import type { ShareRequest } from "../request.ts";
import { accountUid, type StateFacts } from "../stages/freeze/state-facts.ts";
import { disksOf } from "../states/ancestry.ts";
import { mediaContent, runFiles, stateFiles } from "../store/layout.ts";
import { writeRunOwner } from "../store/run-owner.ts";
import type { StoreEntry } from "../store/store.ts";

/** A revived pair with its exchange directory, thrown away at the end of its scope. */
export interface Clone extends AsyncDisposable {
  readonly id: string;
  readonly directory: string;
  readonly exchange: Exchange;
  readonly shares: readonly Share[];
  readonly controller: Controller;
  readonly guestVm: RunningMachine;
  readonly controllerVm: RunningMachine;
  /** What the guest's clock showed at the freeze, in seconds since 1970; the revived one goes on from there. */
  readonly frozenEpoch: number;
  /** Settles when both machines run and the shares are mounted in the controller: before that no guest may touch them. */
  readonly mounted: Promise<void>;
  /** `performance.now()` just before the first process was started. */
  readonly spawnedAt: number;
  /** What it is to have of its own; nothing when absent. */
  readonly identity?: CloneIdentity | undefined;
}

/** The parts of a clone that exist before its machines: enough to stage a job while they are being started. */
export interface CloneDirectory extends AsyncDisposable {
  readonly id: string;
  readonly directory: string;
  readonly exchange: Exchange;
  readonly shares: readonly Share[];
  /** The tags of the shares that this run gives; the others are empty, also where they are not mounted. */
  readonly mounts: readonly string[];
}

/** Makes the directory of a run. */
export async function openCloneDirectory(
  context: Context,
  stateKey: string,
  requests: readonly ShareRequest[],
): Promise<CloneDirectory> {
  const id = `${new Date().toISOString().replaceAll(/[-:]/g, "").slice(0, 15)}-${randomBytes(3).toString("hex")}-${process.pid}`;
  const directory = join(context.store.layout.runs, id);
  await mkdir(directory, { mode: 0o700 });
  try {
    const empty = join(directory, runFiles.empty);
    const [exchange] = await Promise.all([
      createExchange(join(directory, runFiles.exchange)),
      mkdir(empty, { mode: 0o755 }),
      writeRunOwner(directory, { stateKey }),
    ]);
    const shares = planShares(requests, { exchange: exchange.directory, empty });
    return {
      id,
      directory,
      exchange,
      shares,
      mounts: shares.filter(({ directory: shared }) => shared !== empty).map(({ tag }) => tag),
      [Symbol.asyncDispose]: () => removeTree(directory),
    };
  } catch (error) {
    await removeTree(directory);
    throw error;
  }
}

/** What {@link revive} tells its caller of machines that exist before it has succeeded. */
export type MachineListener = (machine: RunningMachine) => void;

/** What a revived pair is to have of its own. */
export interface RevivalOptions {
  /**
   * A directory with disk, RAM and firmware variables of its own (`prepareLayer`), in which the pair goes on and can be
   * frozen again; without it the pair is thrown away.
   */
  readonly newState?: string | undefined;
  /** That of its state when absent. */
  readonly identity?: CloneIdentity | undefined;
}

/** Brings a frozen pair back to life behind a fresh switch. */
export async function revive(
  context: Context,
  host: Host,
  state: StoreEntry,
  place: CloneDirectory,
  onMachine: MachineListener,
  { newState, identity }: RevivalOptions = {},
): Promise<Clone> {
  const facts = state.manifest.facts as unknown as StateFacts;
  const { signal } = context;
  await using stack = new AsyncDisposableStack();
  // The names of its files are the same in both.
  const home = newState ?? place.directory;
  const prepared = Promise.all([
    newState === undefined ? cloneDisk(state, place) : undefined,
    newState === undefined ? cloneFirmware(state, place, facts) : firmwareIn(newState, facts),
    openControllerImage(
      join(context.store.layout.entry("media", facts.controllerKey), mediaContent),
    ),
    readFile(join(state.directory, stateFiles.controllerKey), "utf8"),
    disksOf(context.store, state),
  ]);
  // A failure meanwhile is the one that is told.
  prepared.catch(() => {});
  const spawnedAt = performance.now();
  const vde = stack.use(
    await revivalStep("start the switch", () => startSwitch({ signal, timeoutMs: 10_000 })),
  );
  const [, firmware, image, privateKey, backing] = await prepared;
  const memory = (name: string): Machine["memory"] =>
    newState === undefined
      ? { kind: "template", file: join(state.directory, name), mode: "revive" }
      : { kind: "template", file: join(newState, name), mode: "continue" };
  const profile = withResources(guestFor(findGuest(facts.guest), facts.architecture), facts);
  const guest = guestMachine(profile, host, {
    name: `winvm-${facts.guest}`,
    machineType: facts.guestMachineType,
    disk: { file: join(home, runFiles.overlay), throwAway: newState === undefined, backing },
    memory: memory(stateFiles.guestMemory),
    network: { kind: "vde", socketDirectory: vde.socketDirectory },
    firmware,
    generationId: identity?.generationId,
    serialLog: join(home, runFiles.guestLog),
  });
  const controllerDescription = controllerMachine({
    image,
    name: "winvm-controller",
    machineType: facts.controllerMachineType,
    accelerator: host.accelerator,
    socketDirectory: vde.socketDirectory,
    shares: place.shares.map(({ tag, directory, readOnly }) => ({ tag, directory, readOnly })),
    publicKey: "",
    uid: accountUid(),
    serialLog: join(home, runFiles.controllerLog),
    memory: memory(stateFiles.controllerMemory),
    rtcBase: guest.rtcBase,
  });
  const load = async (
    machine: Machine,
    devices: string,
    inner: AbortSignal,
  ): Promise<RunningMachine> => {
    const running = stack.use(
      await startMachine(machine, {
        features: host.features,
        stateIn: join(state.directory, devices),
        ...(newState === undefined ? {} : { stateOut: join(newState, devices) }),
        signal: inner,
        timeoutMs: 30_000,
      }),
    );
    onMachine(running);
    return running;
  };
  const [guestVm, controllerVm] = await revivalStep("load both machines", () =>
    startBoth(
      signal,
      (inner) => load(guest, stateFiles.guestDevices, inner),
      (inner) => load(controllerDescription, stateFiles.controllerDevices, inner),
    ),
  );
  // What the host has to say waits in the controller's ports before it runs. The guest finds a packet at its first
  // instruction: its controller's, which tells that it has been revived.
  const resumed = Promise.all([
    controllerVm.announce({ signal, timeoutMs: 10_000 }),
    resumeTogether([guestVm, controllerVm], { signal, timeoutMs: 10_000 }),
  ]);
  resumed.catch(() => {});
  const controller = stack.use(
    await controllerVm.process.whileAlive(
      "connect to the revived controller",
      (inner) =>
        connectController(controllerPorts(controllerVm.ports), {
          privateKey,
          ident: facts.ident,
          signal: inner,
        }),
      { signal, timeoutMs: 30_000 },
    ),
  );
  const mounted = controllerVm.process.whileAlive(
    "mount the shares in the revived controller",
    async () => {
      await Promise.all([resumed, controller.mountShares(place.mounts)]);
    },
    { signal, timeoutMs: 30_000 },
  );
  // Told to whoever waits for it.
  mounted.catch(() => {});
  const owned = stack.move();
  return {
    ...place,
    controller,
    guestVm,
    controllerVm,
    frozenEpoch: facts.sealed.guestEpoch,
    mounted,
    spawnedAt,
    identity,
    [Symbol.asyncDispose]: () =>
      traced(
        () => ({ group: "winvm", lane: "process", name: "end the clone" }),
        async () => {
          // Nothing in a clone is kept, so it is not shut down but ended, all of it at once.
          await Promise.all([guestVm.kill(), controllerVm.kill(), vde.stop()]);
          // What it was is nobody's any more.
          await Promise.all([owned.disposeAsync(), place[Symbol.asyncDispose]()]);
        },
      ),
  };
}

function cloneDisk(state: StoreEntry, place: CloneDirectory): Promise<void> {
  return copyFile(
    join(state.directory, stateFiles.overlay),
    join(place.directory, runFiles.overlay),
    constants.COPYFILE_FICLONE,
  );
}

async function cloneFirmware(
  state: StoreEntry,
  place: CloneDirectory,
  facts: StateFacts,
): Promise<Machine["firmware"]> {
  if (facts.firmware === "bios") return { kind: "bios" };
  await copyFile(
    join(state.directory, stateFiles.firmwareVariables),
    join(place.directory, runFiles.firmwareVariables),
    constants.COPYFILE_FICLONE,
  );
  return firmwareIn(place.directory, facts);
}

async function firmwareIn(directory: string, facts: StateFacts): Promise<Machine["firmware"]> {
  if (facts.firmware === "bios") return { kind: "bios" };
  const vars = join(directory, runFiles.firmwareVariables);
  return { kind: "uefi", code: (await findFirmware("uefi")).code, vars };
}
