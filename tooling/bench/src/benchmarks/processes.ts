import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built command line: what a user starts, not the sources. */
export const builtCli: string = join(
  dirname(fileURLToPath(import.meta.url)),
  "../../../../apps/cli/dist/main.js",
);

/** @throws Error where there is no build */
export async function requireBuild(): Promise<void> {
  await access(builtCli).catch(() => {
    throw new Error(`${builtCli} is missing: run \`pnpm build\` first`);
  });
}

/**
 * Milliseconds from the spawn of a Node process to its end.
 *
 * @throws Error when it ends with anything but 0
 */
export async function timeNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = await new Promise<{ code: number | null; signal: string | null; at: number }>(
    (resolve, reject) => {
      child.once("error", reject);
      let at = 0;
      child.once("exit", () => (at = performance.now()));
      child.once("close", (code, signal) => resolve({ code, signal, at }));
    },
  );
  if (ended.code !== 0) {
    throw new Error(`node ${args.join(" ")} ended with ${ended.signal ?? ended.code}: ${errors}`);
  }
  return ended.at - started;
}
