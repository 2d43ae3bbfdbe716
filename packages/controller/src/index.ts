export { connectController } from "./controller/connect.ts";
export { CONTROLLER_PORTS, controllerPorts } from "./connection/ports.ts";
export { ControllerError } from "./errors.ts";
export { buildControllerImage } from "./image/build.ts";
export { openControllerImage } from "./image/image.ts";
export { controllerImageKey } from "./image/key.ts";
export { CONTROLLER_RECIPE } from "./image/recipe.ts";
export {
  CONTROLLER_ADDRESS,
  CONTROLLER_MAC,
  controllerMachine,
} from "./machine/controller-machine.ts";
export { quoteArgv, quoteWord } from "./shell/quote.ts";

export type { ControllerPorts } from "./connection/ports.ts";
export type { ConnectOptions } from "./controller/connect.ts";
export type {
  Controller,
  DetachOptions,
  ExecOptions,
  ExecResult,
  GuestAddress,
  GuestLogin,
  GuestOptions,
  SambaSetup,
  StandingOptions,
} from "./controller/controller.ts";
export type { ControllerErrorCode } from "./errors.ts";
export type { BuildOptions, BuildProgress } from "./image/build.ts";
export type { ControllerImage } from "./image/image.ts";
export type { ControllerImageManifest, ImageFile } from "./image/manifest.ts";
export type { ControllerRecipe } from "./image/recipe.ts";
export type { ControllerMachineOptions } from "./machine/controller-machine.ts";
export type { CommandExit } from "./protocol/channel.ts";
export type { SambaStatus, SmbSession, SmbTreeConnection } from "./samba/status.ts";
export type { Terminal } from "./session/session.ts";
