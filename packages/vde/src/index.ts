export { consoleStart, readConsole } from "./console/reader.ts";
export { removeStaleRunDirectories } from "./directory/run-directory.ts";
export { VdeError } from "./errors.ts";
export { startSwitch } from "./switch/start-switch.ts";

export type {
  HashEntry,
  PortSettings,
  SwitchEndpoint,
  SwitchInfo,
  SwitchPort,
  TrafficCount,
} from "./console/listings.ts";
export type { ConsoleEvent, ConsoleReply, ConsoleState } from "./console/reader.ts";
export type { SwitchNotice } from "./console/session.ts";
export type { VdeErrorCode } from "./errors.ts";
export type { SwitchOptions } from "./switch/arguments.ts";
export type { RunningSwitch } from "./switch/running-switch.ts";
