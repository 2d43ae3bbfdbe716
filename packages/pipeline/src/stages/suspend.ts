import { randomBytes } from "node:crypto";
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  connectController,
  controllerPorts,
  controllerMachine,
  openControllerImage,
  type Controller,
} from "@winvm/controller";
import {
  createOverlay,
  findFirmware,
  pauseTogether,
  resolveMachineType,
  saveTogether,
  startMachine,
  type RunningMachine,
} from "@winvm/qemu";
import {
  createSshKeyPair,
  type Architecture,
  type Firmware,
  type GuestProfile,
} from "@winvm/unattend";
import { startSwitch } from "@winvm/vde";
import {
  createExchange,
  planShares,
  sambaConfig,
  slotPlaces,
  exchangePlace,
  standbyScript,
  standingRunner,
  type Share,
} from "@winvm/xchg";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { gatherEvidence } from "../evidence.ts";
import type { Host } from "../host/host.ts";
import type { GuestRequest } from "../request.ts";
import { guestCpu, guestMachine, network } from "../machines/guest-machine.ts";
import { pairKey } from "../machines/pair-key.ts";
import { keyOf, sha256OfFile } from "../store/keys.ts";
import { imageFiles, mediaContent, stateFiles } from "../store/layout.ts";
import type { MadeEntry, StoreEntry } from "../store/store.ts";
import type { GuestSource } from "./guest-source.ts";
import { controllerMedia } from "./media.ts";
import type { ImageSecrets } from "./setup-media.ts";
import { passSealGate, type SealedFacts } from "./seal-gate.ts";
import { runStage, type Tell } from "./stage.ts";

/** Changes when what this stage does changes in a way that its inputs don't show. */
const recipe = 5;

/**
 * How long nothing happens before the freeze, so that what idles away afterwards is not the first thing that every revival
 * does: the threads of smbd's pool end after one second (`pthreadpool` of Samba), TCP's delayed work sooner.
 */
const QUIET_MS = 2500;

/** What a state needs to be revived; its manifest's facts. */
export interface StateFacts {
  readonly guest: string;
  readonly architecture: Architecture;
  readonly firmware: Firmware;
  readonly imageKey: string;
  readonly controllerKey: string;
  readonly qemuVersion: string;
  readonly qemuBinary: string;
  readonly accelerator: "kvm" | "tcg";
  readonly cpu: string;
  readonly guestMachineType: string;
  readonly controllerMachineType: string;
  /** The line with which the controller's waiting sshd has already greeted. */
  readonly ident: string;
  /** What the checks before the freeze saw: the clock, the connections. */
  readonly sealed: SealedFacts;
  /** 9p tags in the order of the devices. */
  readonly tags: readonly string[];
  readonly guestArgv: readonly string[];
  readonly controllerArgv: readonly string[];
}

/** The user id of the Samba account: the host user's, so that files belong to the right one; never root's. */
export function accountUid(): number {
  const uid = process.getuid?.() ?? 1000;
  return uid === 0 ? 1000 : uid;
}

/** Stage 2: from a powered-off disk to a frozen pair. */
export async function suspendStage(
  context: Context,
  source: GuestSource,
  image: StoreEntry,
  { rebuild, warmUp }: Pick<GuestRequest, "rebuild" | "warmUp">,
): Promise<StoreEntry> {
  const controller = await controllerMedia(context);
  const standing = await standingRunner();
  const inputs = {
    recipe,
    standing: keyOf({ standing }),
    guest: source.profile.name,
    image: image.manifest.key,
    controller: controller.manifest.key,
    hardware: pairKey(source.profile),
    uid: accountUid(),
    ...(warmUp === undefined ? {} : { warmUp }),
  };
  const key = keyOf(inputs);
  if (rebuild === true) await context.store.remove("states", key, { signal: context.signal });
  return runStage(context, {
    stage: "suspend",
    kind: "states",
    key,
    title: `start ${source.profile.title} and its controller, check them, freeze them`,
    make: (directory, tell) =>
      new Suspension(context, source.profile, {
        image,
        controller,
        inputs,
        standing,
        warmUp,
        directory,
        tell,
      }).make(),
  });
}

/** A directory for every place: the gate tries a read-only one and writable ones. */
async function gateShares(scratch: string) {
  const names = ["nixstore", ...slotPlaces.map((_, index) => `gate${index}`)];
  return Promise.all(
    names.map(async (name) => {
      const directory = join(scratch, name);
      await mkdir(directory);
      await chmod(directory, 0o777);
      return { name, directory, readOnly: name === "nixstore" };
    }),
  );
}

interface SuspendPlan {
  readonly image: StoreEntry;
  readonly controller: StoreEntry;
  readonly inputs: Record<string, unknown>;
  /** The command that stands by in the guest. */
  readonly standing: string;
  readonly warmUp: string | undefined;
  readonly directory: string;
  readonly tell: Tell;
}

class Suspension {
  readonly #context: Context;
  readonly #profile: GuestProfile;
  readonly #plan: SuspendPlan;
  readonly #machines: RunningMachine[] = [];
  readonly #logs: readonly string[];

  constructor(context: Context, profile: GuestProfile, plan: SuspendPlan) {
    this.#context = context;
    this.#profile = profile;
    this.#plan = plan;
    this.#logs = [join(plan.directory, "guest.log"), join(plan.directory, "controller.log")];
  }

  async make(): Promise<MadeEntry> {
    const scratch = join(this.#plan.directory, ".scratch");
    await mkdir(scratch, { mode: 0o700 });
    try {
      return await this.#freeze(scratch);
    } catch (error) {
      if ((error as { code?: string }).code === "RUNTIME_ABORTED") throw error;
      const evidence = await gatherEvidence(this.#context.store, error, {
        what: "suspend",
        machines: this.#machines,
        logs: this.#logs,
      });
      throw new PipelineError({
        code: "PIPELINE_SUSPEND_FAILED",
        asked: `freeze ${this.#profile.title}`,
        happened: error instanceof Error ? error.message : String(error),
        hint: evidence.bundle === undefined ? undefined : "read the logs in the evidence directory",
        cause: error,
        data: { bundle: evidence.bundle },
      });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async #freeze(scratch: string): Promise<MadeEntry> {
    const { directory, image, tell } = this.#plan;
    const { signal } = this.#context;
    const host = await this.#context.host();
    const secrets = JSON.parse(
      await readFile(join(image.directory, imageFiles.secrets), "utf8"),
    ) as ImageSecrets;
    const guestKey = await readFile(join(image.directory, imageFiles.guestKey), "utf8");
    const controllerKeys = createSshKeyPair("winvm-controller");
    await writeFile(join(directory, stateFiles.controllerKey), controllerKeys.privateKey, {
      mode: 0o600,
    });
    const empty = join(scratch, "empty");
    await mkdir(empty, { mode: 0o755 });
    // What is checked here must not be what a later run gives: both are directories of this stage's own.
    const exchange = await createExchange(join(scratch, "xchg"));
    const shares = planShares(await gateShares(scratch), { exchange: exchange.directory, empty });
    await using stack = new AsyncDisposableStack();
    tell("start the switch and both machines");
    const vde = stack.use(await startSwitch({ signal, timeoutMs: 10_000 }));
    const [controllerVm, guestVm] = await Promise.all([
      this.#startController(host, vde.socketDirectory, shares, controllerKeys.publicKey).then(
        (vm) => stack.use(vm),
      ),
      this.#startGuest(host, vde.socketDirectory).then((vm) => stack.use(vm)),
    ]);
    const bothAlive = <T>(
      asked: string,
      timeoutMs: number,
      work: (signal: AbortSignal) => Promise<T>,
    ): Promise<T> =>
      controllerVm.process.whileAlive(
        asked,
        (inner) => guestVm.process.whileAlive(asked, work, { signal: inner }),
        {
          signal,
          timeoutMs,
        },
      );
    tell("connect to the controller");
    const controller = stack.use(
      await bothAlive("connect to the controller", 120_000, (inner) =>
        connectController(controllerPorts(controllerVm.ports), {
          privateKey: controllerKeys.privateKey,
          signal: inner,
        }),
      ),
    );
    tell("start Samba");
    await bothAlive("start Samba", 120_000, async () => {
      await controller.startSamba({
        // Whether a place may be written is decided by each run, through the mount below the section.
        config: sambaConfig({
          dialect: this.#profile.smb,
          shares: shares.map(({ tag }) => ({ tag, readOnly: false })),
          user: secrets.smbUser,
        }),
        user: secrets.smbUser,
        password: secrets.smbPassword,
      });
      await controller.mountShares(shares.map(({ tag }) => tag));
    });
    tell("wait for the guest's SSH");
    await bothAlive("wait for the guest's SSH", 3_600_000, async (inner) => {
      await controller.waitForGuest({ address: network.guest.address, port: 22, signal: inner });
      await controller.connectGuest({
        address: network.guest.address,
        user: secrets.user,
        privateKey: guestKey,
        signal: inner,
      });
    });
    tell("check shares, commands and exit codes");
    const sealed = await bothAlive("pass the checks before the freeze", 600_000, (inner) =>
      passSealGate({
        controller,
        exchange,
        shares,
        warmUp: this.#plan.warmUp,
        nonce: randomBytes(8).toString("hex"),
        signal: inner,
      }),
    );
    tell("freeze both machines");
    const ident = await bothAlive("make the pair ready for the freeze", 60_000, () =>
      this.#letGo(controller, shares),
    );
    await bothAlive("wait until the pair is quiet", 60_000, (inner) =>
      setTimeout(QUIET_MS, undefined, { signal: inner }),
    );
    const stopped = await pauseTogether([guestVm, controllerVm]);
    await saveTogether([guestVm, controllerVm], { signal, timeoutMs: 120_000 });
    const argv = {
      guestArgv: guestVm.process.command,
      controllerArgv: controllerVm.process.command,
    };
    await Promise.all([guestVm.kill(), controllerVm.kill()]);
    return this.#describe(host, {
      ...argv,
      ident,
      sealed,
      tags: shares.map(({ tag }) => tag),
      stopSkewMs: stopped.skewMs,
    });
  }

  /** A mounted 9p file system blocks the save, and the host's SSH connection would be half a connection. */
  async #letGo(controller: Controller, shares: readonly Share[]): Promise<string> {
    await controller.unmountShares(shares.map(({ tag }) => tag));
    const place = `/srv/${exchangePlace.tag}/io`;
    const made = await controller.exec(["sh", "-c", `cd ${place} && ${standbyScript()}`]);
    if (made.code !== 0) throw new Error(`${place} can't be prepared: ${made.stderr}`);
    return (await controller.detach({ standing: this.#plan.standing })).ident;
  }

  async #startController(
    host: Host,
    socketDirectory: string,
    shares: readonly Share[],
    publicKey: string,
  ): Promise<RunningMachine> {
    const { directory } = this.#plan;
    const machine = controllerMachine({
      image: await openControllerImage(join(this.#plan.controller.directory, mediaContent)),
      name: "winvm-controller",
      machineType: "q35",
      accelerator: host.accelerator,
      socketDirectory,
      shares: shares.map(({ tag, directory: shared, readOnly }) => ({
        tag,
        directory: shared,
        readOnly,
      })),
      publicKey,
      uid: accountUid(),
      serialLog: join(directory, "controller.log"),
      memory: {
        kind: "template",
        file: join(directory, stateFiles.controllerMemory),
        mode: "save",
      },
      rtcBase: this.#profile.hardware.rtcBase,
    });
    return this.#start(machine, host, stateFiles.controllerDevices);
  }

  async #startGuest(host: Host, socketDirectory: string): Promise<RunningMachine> {
    const { directory, image } = this.#plan;
    const disk = join(directory, stateFiles.disk);
    const backing = { file: join(image.directory, imageFiles.disk), format: "qcow2" } as const;
    // The name in the overlay's header is for people and qemu-img; machines are always told the backing file.
    await createOverlay({ file: disk, backing });
    const machine = guestMachine(this.#profile, host, {
      name: `winvm-${this.#profile.name}`,
      disk: { file: disk, backing },
      memory: { kind: "template", file: join(directory, stateFiles.guestMemory), mode: "save" },
      network: { kind: "vde", socketDirectory },
      firmware: await this.#firmware(),
      serialLog: join(directory, "guest.log"),
    });
    return this.#start(machine, host, stateFiles.guestDevices);
  }

  async #firmware() {
    if (this.#profile.firmware === "bios") return { kind: "bios" } as const;
    const vars = join(this.#plan.directory, stateFiles.firmwareVariables);
    await copyFile(join(this.#plan.image.directory, imageFiles.firmwareVariables), vars);
    await chmod(vars, 0o600);
    return { kind: "uefi", code: (await findFirmware("uefi")).code, vars } as const;
  }

  async #start(
    machine: Parameters<typeof startMachine>[0],
    host: Host,
    devices: string,
  ): Promise<RunningMachine> {
    const running = await startMachine(machine, {
      features: host.features,
      stateOut: join(this.#plan.directory, devices),
      signal: this.#context.signal,
      timeoutMs: 30_000,
    });
    this.#machines.push(running);
    return running;
  }

  async #describe(
    host: Host,
    told: Pick<StateFacts, "guestArgv" | "controllerArgv" | "ident" | "sealed" | "tags"> & {
      stopSkewMs: number;
    },
  ): Promise<MadeEntry> {
    const { directory, inputs, image, controller } = this.#plan;
    // An empty overlay that each clone copies: quicker than starting qemu-img.
    await createOverlay({
      file: join(directory, stateFiles.overlay),
      backing: { file: join(directory, stateFiles.disk), format: "qcow2" },
    });
    const facts: StateFacts & { stopSkewMs: number } = {
      guest: this.#profile.name,
      architecture: this.#profile.architecture,
      firmware: this.#profile.firmware,
      imageKey: image.manifest.key,
      controllerKey: controller.manifest.key,
      qemuVersion: host.features.version,
      qemuBinary: host.features.binary,
      accelerator: host.accelerator,
      cpu: guestCpu(this.#profile.hardware, host.accelerator),
      guestMachineType: resolveMachineType(this.#profile.hardware.machine, host.features),
      controllerMachineType: resolveMachineType("q35", host.features),
      ...told,
    };
    const hashed = [stateFiles.guestDevices, stateFiles.controllerDevices];
    const sha256 = Object.fromEntries(
      await Promise.all(
        hashed.map(async (name) => [name, await sha256OfFile(join(directory, name))] as const),
      ),
    );
    return {
      inputs,
      files: [
        stateFiles.disk,
        stateFiles.overlay,
        stateFiles.guestMemory,
        stateFiles.controllerMemory,
        stateFiles.controllerKey,
        ...hashed,
        ...(this.#profile.firmware === "uefi" ? [stateFiles.firmwareVariables] : []),
      ],
      sha256,
      facts: { ...facts },
    };
  }
}
