import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectController, controllerPorts } from "@winvm/controller";
import { resolveMachineType } from "@winvm/qemu";
import { createSshKeyPair, type GuestProfile } from "@winvm/unattend";
import { startSwitch } from "@winvm/vde";
import { createExchange, planShares, sambaConfig, slotPlaces } from "@winvm/xchg";
import { needsOf, type RecordedNeeds } from "../../clone/fingerprint.ts";
import type { Context } from "../../context.ts";
import type { Host } from "../../host/host.ts";
import { guestCpu, network } from "../../machines/guest-machine.ts";
import { startBoth } from "../../machines/start-both.ts";
import { imageFiles, runnerLogIn, stateFiles } from "../../store/layout.ts";
import type { MadeEntry, StoreEntry } from "../../store/store.ts";
import { passSealGate } from "../seal-gate.ts";
import type { ImageSecrets } from "../setup-media.ts";
import type { Tell } from "../stage.ts";
import { describeState } from "./describe-state.ts";
import { freezePair } from "./freeze-pair.ts";
import { whileBothAlive } from "./live-pair.ts";
import { makeState, type Workplace } from "./make-state.ts";
import { startController, startGuest, type PairStart } from "./start-pair.ts";

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

/** What is frozen where. */
export interface SuspendPlan {
  readonly image: StoreEntry;
  readonly controller: StoreEntry;
  readonly inputs: Record<string, unknown>;
  /** The command that stands by in the guest. */
  readonly standing: string;
  readonly warmUp: string | undefined;
  readonly directory: string;
  readonly tell: Tell;
}

/** Starts a guest and its controller, checks them, and freezes both. */
export async function freezeGuest(
  context: Context,
  profile: GuestProfile,
  plan: SuspendPlan,
): Promise<MadeEntry> {
  // Before anything is started: a damaged image is told as what it is.
  const needs = await needsOf(context, plan.image, profile.firmware);
  return makeState(
    context,
    {
      what: "suspend",
      code: "PIPELINE_SUSPEND_FAILED",
      asked: `freeze ${profile.title}`,
      directory: plan.directory,
    },
    (place) => suspendPair(context, profile, plan, needs, place),
  );
}

/** Starts both machines, checks them, freezes them. */
async function suspendPair(
  context: Context,
  profile: GuestProfile,
  plan: SuspendPlan,
  needs: RecordedNeeds,
  { scratch, stack, onMachine, onLog }: Workplace,
): Promise<MadeEntry> {
  const { directory, image, controller: controllerImage, inputs, standing, tell } = plan;
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
  onLog(runnerLogIn(exchange.directory));
  const shares = planShares(await gateShares(scratch), { exchange: exchange.directory, empty });
  tell("start the switch and both machines");
  const vde = stack.use(await startSwitch({ signal, timeoutMs: 10_000 }));
  const start: Omit<PairStart, "signal"> = {
    profile,
    host,
    image,
    controller: controllerImage,
    directory,
    socketDirectory: vde.socketDirectory,
    onMachine,
  };
  const [controllerVm, guestVm] = await startBoth(
    signal,
    async (inner) =>
      stack.use(
        await startController(
          { ...start, signal: inner },
          { shares, publicKey: controllerKeys.publicKey },
        ),
      ),
    async (inner) => stack.use(await startGuest({ ...start, signal: inner })),
  );
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
