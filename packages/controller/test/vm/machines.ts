import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { startMachine } from "@winvm/qemu";
import type { Machine, MachineShare, RunningMachine } from "@winvm/qemu";
import { testStore } from "@winvm/test-kit";
import {
  buildControllerImage,
  connectController,
  CONTROLLER_RECIPE,
  controllerImageKey,
  controllerMachine,
  controllerPorts,
  openControllerImage,
} from "../../src/index.ts";
import type {
  Controller,
  ControllerImage,
  ControllerMachineOptions,
  ControllerRecipe,
} from "../../src/index.ts";

export const needed = {
  "qemu-system-x86_64": "qemu-system-x86",
  "apt-get": "apt",
  "dpkg-deb": "dpkg",
};

/** The image of a recipe, built once in the test store. */
export async function testImage(
  recipe: ControllerRecipe = CONTROLLER_RECIPE,
): Promise<ControllerImage> {
  const directory = join(testStore(), `controller-${await controllerImageKey(recipe)}`);
  if (existsSync(directory)) return openControllerImage(directory);
  const cacheDirectory = join(testStore(), "debian");
  return buildControllerImage({ directory, cacheDirectory, recipe });
}

/** The controller's recipe and what a Linux client of SMB takes: a stand-in for Windows. */
export const CLIENT_RECIPE: ControllerRecipe = {
  ...CONTROLLER_RECIPE,
  modules: [
    ...CONTROLLER_RECIPE.modules,
    "cifs",
    "cmac",
    "ccm",
    "gcm",
    "ghash_generic",
    "crypto_null",
    "ctr",
    "ecb",
    "md5",
    "sha512_generic",
    "aes_generic",
    "nls_utf8",
  ],
};

/** A directory that the account `winvm` may write to, whoever runs the tests. */
export function shareDirectory(parent: string, name: string): string {
  const directory = join(parent, name);
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  return directory;
}

export function describeController(
  image: ControllerImage,
  options: Partial<ControllerMachineOptions> & { readonly shares: readonly MachineShare[] },
): Machine {
  return controllerMachine({
    image,
    name: "test-controller",
    publicKey: "",
    accelerator: "tcg",
    machineType: "q35",
    rtcBase: "2026-01-31T12:00:00",
    uid: process.getuid?.() || 1000,
    memory: { kind: "private" },
    ...options,
  });
}

export async function connect(
  machine: RunningMachine,
  privateKey: string,
  ident?: string,
): Promise<Controller> {
  return connectController(controllerPorts(machine.ports), {
    privateKey,
    timeoutMs: 120_000,
    exited: machine.exited,
    ...(ident !== undefined && { ident }),
  });
}

export { startMachine };
