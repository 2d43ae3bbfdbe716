import { join } from "node:path";
import {
  connectController,
  controllerPorts,
  controllerMachine,
  type Controller,
  type ControllerImage,
} from "@winvm/controller";
import {
  chooseAccelerator,
  detectFeatures,
  startMachine,
  type QemuFeatures,
  type RunningMachine,
} from "@winvm/qemu";
import { createSshKeyPair } from "@winvm/unattend";
import type { Share } from "@winvm/xchg";

/** What runs the machines of both sides. */
export interface BenchHost {
  readonly features: QemuFeatures;
  readonly accelerator: "kvm" | "tcg";
}

/** Asks the same questions as the pipeline does. */
export async function hostOf(): Promise<BenchHost> {
  const [features, { accelerator }] = await Promise.all([detectFeatures(), chooseAccelerator()]);
  return { features, accelerator };
}

/** A new controller's parts. */
export interface FreshController {
  readonly image: ControllerImage;
  readonly host: BenchHost;
  readonly directory: string;
  /** Without a switch its card has no cable. */
  readonly socketDirectory?: string;
  readonly shares: readonly Share[];
}

/** Any moment: clocks play no part in what is measured. */
export const rtcBase = "2026-01-01T00:00:00";

/** Boots a new controller and connects to it. */
export async function startFreshController(
  { image, host, directory, socketDirectory, shares }: FreshController,
  stack: AsyncDisposableStack,
): Promise<{ readonly machine: RunningMachine; readonly connection: Controller }> {
  const keys = createSshKeyPair("winvm-bench");
  const machine = stack.use(
    await startMachine(
      controllerMachine({
        image,
        name: "bench-controller",
        machineType: "q35",
        accelerator: host.accelerator,
        socketDirectory,
        shares: shares.map(({ tag, directory: shared, readOnly }) => ({
          tag,
          directory: shared,
          readOnly,
        })),
        publicKey: keys.publicKey,
        uid: process.getuid?.() || 1000,
        serialLog: join(directory, "controller.log"),
        memory: { kind: "private" },
        rtcBase,
      }),
      { features: host.features },
    ),
  );
  const connection = stack.use(
    await machine.process.whileAlive(
      "connect to the fresh controller",
      (signal) =>
        connectController(controllerPorts(machine.ports), { privateKey: keys.privateKey, signal }),
      { timeoutMs: 120_000 },
    ),
  );
  // Nothing in it is kept, so it is ended like a clone's: without a goodbye.
  stack.defer(async () => {
    await machine.kill();
  });
  return { machine, connection };
}
