import { RuntimeError } from "./runtime-error.ts";
import { describeError } from "./winvm-error.ts";

/** The error of a program that the kernel did not start. */
export function spawnError(
  asked: string,
  command: readonly string[],
  cause: unknown,
): RuntimeError {
  return new RuntimeError({
    code: "RUNTIME_SPAWN_FAILED",
    asked,
    happened: `${command[0]} could not be started: ${describeError(cause)}`,
    cause,
    data: { command },
  });
}
