export { runCli } from "./cli.ts";
export { CliError } from "./errors.ts";
export { runProcess } from "./process.ts";

export type { CliOptions } from "./cli.ts";
export type { CliErrorCode } from "./errors.ts";
export type { Pipeline } from "./pipeline.ts";
