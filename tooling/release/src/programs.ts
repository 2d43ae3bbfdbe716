import { execFile } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** How a program ended; a failure is an answer here, not an exception. */
export interface Ran {
  readonly ok: boolean;
  readonly stdout: string;
  /** stdout and stderr, trimmed: what a fault shows. */
  readonly output: string;
}

/** Runs a program; this Node and the repository's tools come first on its PATH. */
export function run(file: string, args: readonly string[], cwd: string): Promise<Ran> {
  const tools = join(root, "node_modules/.bin");
  const path = [dirname(process.execPath), tools, process.env["PATH"] ?? ""].join(delimiter);
  return new Promise((resolve) => {
    execFile(
      file,
      [...args],
      {
        cwd,
        // CI: pnpm asks nothing. NODE_OPTIONS: a foreign project knows nothing of ours.
        env: { ...process.env, PATH: path, CI: "true", NO_COLOR: "1", NODE_OPTIONS: "" },
        maxBuffer: 2 ** 26,
        timeout: 120_000,
      },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        resolve({
          ok: error === null,
          stdout,
          output: output === "" && error !== null ? error.message : output,
        });
      },
    );
  });
}

/** The pnpm that runs us, which need not be on the PATH. */
export function pnpm(args: readonly string[], cwd: string): Promise<Ran> {
  const ours = process.env["npm_execpath"] ?? "";
  return run(ours.endsWith("/pnpm") ? ours : "pnpm", args, cwd);
}

/** Does the work for all items, a few at a time; the results are in the items' order. */
export async function eachOf<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
