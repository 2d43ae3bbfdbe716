import { randomBytes } from "node:crypto";
import { cp, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RunningMachine } from "@winvm/qemu";
import {
  describeError,
  isWinvmError,
  writeFileAtomically,
  type WinvmErrorJson,
} from "@winvm/runtime";
import { PipelineError } from "./errors.ts";
import type { Evidence } from "./events/outcome.ts";
import type { Store } from "./store/store.ts";

/** How many failures' evidence is kept. */
const keptFailures = 20;

/** The machines and logs that a failure may be explained by. */
export interface Witnesses {
  readonly what: string;
  readonly machines: readonly RunningMachine[];
  /** Log files; the missing ones are passed over. */
  readonly logs: readonly string[];
}

/**
 * Saves what explains a failure: screens, logs, command lines, QEMU's last words. Gathering must not hide the
 * failure itself, so nothing here throws.
 */
export async function gatherEvidence(
  store: Store,
  error: unknown,
  witnesses: Witnesses,
): Promise<Evidence> {
  // Several clones may end by one cause in one moment.
  const id = `${new Date().toISOString().replaceAll(/[:.]/g, "-")}-${witnesses.what}-${randomBytes(3).toString("hex")}`;
  const bundle = join(store.layout.failures, id);
  try {
    await mkdir(bundle, { recursive: true, mode: 0o700 });
    await writeFileAtomically(
      join(bundle, "error.json"),
      `${JSON.stringify(errorJson(error), null, 2)}\n`,
    );
    for (const machine of witnesses.machines) {
      const { name } = machine.machine;
      await machine.screenshot(join(bundle, `${name}.png`), { timeoutMs: 2000 }).catch(() => {});
      const told = { command: machine.process.command, output: machine.process.recentOutput() };
      await writeFileAtomically(join(bundle, `${name}.json`), `${JSON.stringify(told, null, 2)}\n`);
    }
    for (const log of witnesses.logs) {
      if (await isFile(log)) await cp(log, join(bundle, log.slice(log.lastIndexOf("/") + 1)));
    }
    await dropOld(store.layout.failures);
    return { error: errorJson(error), bundle };
  } catch {
    return { error: errorJson(error) };
  }
}

/** Saves what explains a failure, and gives the error that also says where: `data.bundle`. */
export async function withEvidence(
  store: Store,
  error: PipelineError,
  witnesses: Witnesses,
): Promise<PipelineError> {
  const { code, asked, happened, hint, cause, data } = error;
  const { bundle } = await gatherEvidence(store, error, witnesses);
  return new PipelineError({ code, asked, happened, hint, cause, data: { ...data, bundle } });
}

/** Any thrown thing in the shape of a winvm error. */
export function errorJson(error: unknown): WinvmErrorJson {
  if (isWinvmError(error)) return error.toJSON();
  const message = describeError(error);
  return {
    name: error instanceof Error ? error.name : "Error",
    code: "UNEXPECTED",
    message,
    asked: "",
    happened: message,
  };
}

async function dropOld(directory: string): Promise<void> {
  const names = (await readdir(directory)).sort();
  for (const name of names.slice(0, -keptFailures))
    await rm(join(directory, name), { recursive: true, force: true });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
