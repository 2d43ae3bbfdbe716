import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { controllerMachine, openControllerImage } from "@winvm/controller";
import {
  createOverlay,
  findFirmware,
  startMachine,
  type Machine,
  type RunningMachine,
} from "@winvm/qemu";
import type { GuestProfile } from "@winvm/unattend";
import type { Share } from "@winvm/xchg";
import type { Host } from "../../host/host.ts";
import { guestMachine } from "../../machines/guest-machine.ts";
import { imageFiles, mediaContent, stateFiles } from "../../store/layout.ts";
import type { StoreEntry } from "../../store/store.ts";
import { accountUid } from "./state-facts.ts";

/** From what a pair is started whose RAM is written to a new state. */
export interface PairStart {
  readonly profile: GuestProfile;
  readonly host: Host;
  readonly image: StoreEntry;
  readonly controller: StoreEntry;
  /** The new state's. */
  readonly directory: string;
  readonly socketDirectory: string;
  readonly signal: AbortSignal | undefined;
  /** Is told of each machine as soon as it exists. */
  readonly onMachine: (machine: RunningMachine) => void;
}

/** Boots the controller. */
export async function startController(
  start: PairStart,
  { shares, publicKey }: { readonly shares: readonly Share[]; readonly publicKey: string },
): Promise<RunningMachine> {
  const { directory, host } = start;
  const machine = controllerMachine({
    image: await openControllerImage(join(start.controller.directory, mediaContent)),
    name: "winvm-controller",
    machineType: "q35",
    accelerator: host.accelerator,
    socketDirectory: start.socketDirectory,
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
    rtcBase: start.profile.hardware.rtcBase,
  });
  return startOne(start, machine, stateFiles.controllerDevices);
}

/** Boots the guest from its image. */
export async function startGuest(start: PairStart): Promise<RunningMachine> {
  const { directory, image, profile } = start;
  const disk = join(directory, stateFiles.disk);
  const backing = { file: join(image.directory, imageFiles.disk), format: "qcow2" } as const;
  // The name in the overlay's header is for people and qemu-img; machines are always told the backing file.
  await createOverlay({ file: disk, backing });
  const machine = guestMachine(profile, start.host, {
    name: `winvm-${profile.name}`,
    disk: { file: disk, backing },
    memory: { kind: "template", file: join(directory, stateFiles.guestMemory), mode: "save" },
    network: { kind: "vde", socketDirectory: start.socketDirectory },
    firmware: await firmware(start),
    serialLog: join(directory, "guest.log"),
  });
  return startOne(start, machine, stateFiles.guestDevices);
}

async function firmware({ profile, directory, image }: PairStart): Promise<Machine["firmware"]> {
  if (profile.firmware === "bios") return { kind: "bios" };
  const vars = join(directory, stateFiles.firmwareVariables);
  await copyFile(join(image.directory, imageFiles.firmwareVariables), vars);
  await chmod(vars, 0o600);
  return { kind: "uefi", code: (await findFirmware("uefi")).code, vars };
}

async function startOne(
  start: PairStart,
  machine: Machine,
  devices: string,
): Promise<RunningMachine> {
  const running = await startMachine(machine, {
    features: start.host.features,
    stateOut: join(start.directory, devices),
    signal: start.signal,
    timeoutMs: 30_000,
  });
  start.onMachine(running);
  return running;
}
