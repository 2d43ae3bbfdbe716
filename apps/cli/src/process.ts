import { runCli } from "./cli.ts";
import type { CliOptions } from "./cli.ts";

/**
 * Runs the command line of this process and exits with its status, once everything written has been handed on. What
 * may still be open, standard input above all, does not keep the process alive. Nothing is well whose output nobody got.
 */
export async function runProcess(options: CliOptions = {}): Promise<never> {
  process.on("uncaughtException", (error) => {
    process.stderr.write(`winvm: a fault of winvm itself: ${error.stack ?? error.message}\n`);
    process.exit(125);
  });
  let failure: NodeJS.ErrnoException | undefined;
  // A late EPIPE without a listener would end the process with a stack; a command at work listens too, and stops.
  process.stdout.on("error", (error) => void (failure ??= error));
  process.stderr.on("error", () => {});
  const status = await runCli(process.argv.slice(2), options);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // A stream tells of a failed write a little after it.
  await new Promise((resolve) => setImmediate(resolve));
  if (status !== 0 || failure === undefined) process.exit(status);
  const { tellOutputFailure } = await import("./output/output-failure.ts");
  process.exit(await tellOutputFailure(failure));
}

/** Waits until a stream has handed on what was written to it, or is broken. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write("", () => resolve());
  });
}
