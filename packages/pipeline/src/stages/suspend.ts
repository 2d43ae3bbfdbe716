import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectController, controllerPorts } from "@winvm/controller";
import { resolveMachineType } from "@winvm/qemu";
import { createSshKeyPair, type GuestProfile } from "@winvm/unattend";
import { startSwitch } from "@winvm/vde";
import { createExchange, planShares, sambaConfig, slotPlaces, standingRunner } from "@winvm/xchg";
import { needsOf, type RecordedNeeds } from "../clone/fingerprint.ts";
import type { Context } from "../context.ts";
import type { Host } from "../host/host.ts";
import type { GuestRequest } from "../request.ts";
import { guestCpu, network } from "../machines/guest-machine.ts";
import { pairKey } from "../machines/pair-key.ts";
import { keyOf } from "../store/keys.ts";
import { imageFiles, stateFiles } from "../store/layout.ts";
import type { MadeEntry, StoreEntry } from "../store/store.ts";
import { describeState } from "./freeze/describe-state.ts";
import { freezePair } from "./freeze/freeze-pair.ts";
import { whileBothAlive } from "./freeze/live-pair.ts";
import { makeState, type Workplace } from "./freeze/make-state.ts";
import { startController, startGuest, type PairStart } from "./freeze/start-pair.ts";
import { accountUid } from "./freeze/state-facts.ts";
import type { GuestSource } from "./guest-source.ts";
import { controllerMedia } from "./media.ts";
import type { ImageSecrets } from "./setup-media.ts";
import { passSealGate } from "./seal-gate.ts";
import { runStage, type Tell } from "./stage.ts";

/** Changes when what this stage does changes in a way that its inputs don't show. */
const recipe = 5;

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
  return runStage(context, {
    stage: "suspend",
    kind: "states",
    key,
    title: `start ${source.profile.title} and its controller, check them, freeze them`,
    replace: rebuild,
    uses: [image.manifest, controller.manifest],
    make: async (directory, tell) => {
      // Before anything is started: a damaged image is told as what it is.
      const needs = await needsOf(context, image, source.profile.firmware);
      return makeState(
        context,
        {
          what: "suspend",
          code: "PIPELINE_SUSPEND_FAILED",
          asked: `freeze ${source.profile.title}`,
          directory,
        },
        (place) =>
          suspendPair(
            context,
            source.profile,
            { image, controller, inputs, needs, standing, warmUp, directory, tell },
            place,
          ),
      );
    },
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
  readonly needs: RecordedNeeds;
  /** The command that stands by in the guest. */
  readonly standing: string;
  readonly warmUp: string | undefined;
  readonly directory: string;
  readonly tell: Tell;
}

/** Starts both machines, checks them, freezes them. */
async function suspendPair(
  context: Context,
  profile: GuestProfile,
  plan: SuspendPlan,
  { scratch, onMachine }: Workplace,
): Promise<MadeEntry> {
  const { directory, image, controller: controllerImage, inputs, needs, standing, tell } = plan;
  const { signal } = context;
  const host = await context.host();
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
  const start: PairStart = {
    profile,
    host,
    image,
    controller: controllerImage,
    directory,
    socketDirectory: vde.socketDirectory,
    signal,
    onMachine,
  };
  const [controllerVm, guestVm] = await Promise.all([
    startController(start, { shares, publicKey: controllerKeys.publicKey }).then((vm) =>
      stack.use(vm),
    ),
    startGuest(start).then((vm) => stack.use(vm)),
  ]);
  const bothAlive = whileBothAlive({ guestVm, controllerVm }, signal);
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
        dialect: profile.smb,
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
      warmUp: plan.warmUp,
      nonce: randomBytes(8).toString("hex"),
      signal: inner,
    }),
  );
  const frozen = await freezePair(
    { guestVm, controllerVm, controller, shares },
    { standing, tell, signal },
  );
  return describeState(context, directory, inputs, {
    ...hardwareFacts(profile, host),
    imageKey: image.manifest.key,
    controllerKey: controllerImage.manifest.key,
    needs,
    ...frozen,
    sealed,
  });
}

/** What a revival has to find as it was. */
function hardwareFacts(profile: GuestProfile, host: Host) {
  return {
    guest: profile.name,
    architecture: profile.architecture,
    firmware: profile.firmware,
    qemuVersion: host.features.version,
    qemuBinary: host.features.binary,
    accelerator: host.accelerator,
    memoryBytes: profile.hardware.memoryBytes,
    cpus: profile.hardware.cpus,
    cpu: guestCpu(profile.hardware, host.accelerator),
    guestMachineType: resolveMachineType(profile.hardware.machine, host.features),
    controllerMachineType: resolveMachineType("q35", host.features),
  };
}
