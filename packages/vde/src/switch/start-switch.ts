import { isWinvmError, startProcess, traced, type WaitOptions } from "@winvm/runtime";
import { makeRunDirectory } from "../directory/run-directory.ts";
import { VdeError } from "../errors.ts";
import { switchArguments, type SwitchOptions } from "./arguments.ts";
import { OwnedSwitch, type RunningSwitch } from "./running-switch.ts";

/** Milliseconds for the start when the caller sets no limit; it takes a few. */
const START_LIMIT_MS = 10_000;

/**
 * Starts a `vde_switch` and returns it ready: its console answers and plugs are accepted. The switch runs as long as
 * its standard input, which the caller's process holds, so it never outlives its owner.
 *
 * @throws VdeError `VDE_SWITCH_NOT_FOUND`, `VDE_INVALID_OPTIONS`, `VDE_PATH_TOO_LONG`, `VDE_DIRECTORY_IN_USE`,
 *   `VDE_START_FAILED`; RuntimeError `RUNTIME_ABORTED`, `RUNTIME_TIMEOUT`.
 */
export async function startSwitch(
  options: SwitchOptions & WaitOptions = {},
): Promise<RunningSwitch> {
  // Wrong options must not leave a directory.
  switchArguments("", options);
  await using undo = new AsyncDisposableStack();
  const directory = await makeRunDirectory(options.directory);
  undo.defer(() => directory.remove());
  const process = await startProcess({
    name: "vde_switch",
    file: "vde_switch",
    args: switchArguments(directory.socketDirectory, options),
    stdin: "pipe",
  }).catch((error: unknown) => {
    throw isWinvmError(error) && error.code === "RUNTIME_PROGRAM_NOT_FOUND"
      ? notFound(error)
      : error;
  });
  const started = undo.use(new OwnedSwitch(process, directory));
  await traced(
    () => ({ group: "vde_switch", lane: "process", name: "until it answers" }),
    // The first answer comes after the control socket listens: the console is served from the same loop.
    () =>
      started.showInfo({ signal: options.signal, timeoutMs: options.timeoutMs ?? START_LIMIT_MS }),
  ).catch((error: unknown) => {
    throw isWinvmError(error) && error.code === "RUNTIME_PROCESS_EXITED"
      ? startFailed(error)
      : error;
  });
  undo.move();
  return started;
}

function notFound(cause: unknown): VdeError {
  return new VdeError({
    code: "VDE_SWITCH_NOT_FOUND",
    asked: "start vde_switch",
    happened: "the program was not found",
    hint: "apt install vde2",
    cause,
  });
}

function startFailed(cause: { readonly happened: string }): VdeError {
  return new VdeError({
    code: "VDE_START_FAILED",
    asked: "start vde_switch",
    happened: cause.happened,
    cause,
  });
}
