import { runCli } from "./cli.ts";
import type { CliOptions } from "./cli.ts";

/**
 * Runs the command line of this process and exits with its status, once everything written has been handed on. What
 * may still be open, standard input above all, does not keep the process alive.
 */
export async function runProcess(options: CliOptions = {}): Promise<never> {
  process.on("uncaughtException", (error) => {
    process.stderr.write(`winvm: a fault of winvm itself: ${error.stack ?? error.message}\n`);
    process.exit(125);
  });
  // A late EPIPE without a listener would end the process with a stack; a command at work listens too, and stops.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const status = await runCli(process.argv.slice(2), options);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(status);
}

/** Waits until a stream has handed on what was written to it, or is broken. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write("", () => resolve());
  });
}
