import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { abortedError } from "@winvm/runtime";
import { CliError } from "../errors.ts";

/**
 * Starts this program once more, in the background, and waits for its first line on standard output, which is JSON. From
 * then on it belongs to nobody; until then it ends with the signal.
 *
 * @throws CliError `CLI_BACKGROUND_FAILED` with what it has said, where it ends without that line.
 */
export async function startInBackground<Report>(
  argv: readonly string[],
  signal: AbortSignal,
): Promise<Report> {
  const asked = "start in the background";
  if (signal.aborted) throw abortedError(asked, signal);
  const [program = ""] = process.argv.slice(1);
  const child = spawn(process.execPath, [...process.execArgv, program, ...argv], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const cancel = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const said = text(child.stderr);
    const line = await firstLine(child.stdout);
    if (line !== undefined) {
      child.stdout.destroy();
      child.stderr.destroy();
      said.catch(() => {});
      child.unref();
      return JSON.parse(line) as Report;
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    if (signal.aborted) throw abortedError(asked, signal);
    throw new CliError({
      code: "CLI_BACKGROUND_FAILED",
      asked,
      happened:
        (await said).trim() || `it ended with ${child.signalCode ?? `code ${child.exitCode}`}`,
      hint: "--foreground shows what it does",
    });
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** The first line of a stream; `undefined` where it ends before. */
async function firstLine(stream: AsyncIterable<Buffer | string>): Promise<string | undefined> {
  let all = "";
  for await (const piece of stream) {
    all += piece.toString();
    const end = all.indexOf("\n");
    if (end >= 0) return all.slice(0, end);
  }
  return undefined;
}
