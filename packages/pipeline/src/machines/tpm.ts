import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, poll, startProcess, type WaitOptions } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";

/** A TPM 2.0 for one machine; it ends with the machine, and with its owner. */
export interface EmulatedTpm extends AsyncDisposable {
  /** Where QEMU talks to it. */
  readonly socket: string;
}

/** Milliseconds for the start; it takes a few. */
const START_LIMIT_MS = 10_000;

/**
 * Looks for the emulator, so that what is missing is told before anything is made.
 *
 * @throws PipelineError `PIPELINE_TPM_MISSING`.
 */
export async function requireTpm(): Promise<void> {
  if ((await findProgram("swtpm")) !== undefined) return;
  throw new PipelineError({
    code: "PIPELINE_TPM_MISSING",
    asked: "give the guest a TPM",
    happened: "the program swtpm was not found",
    hint: "apt-get install swtpm, or --tpm bypass for a machine without one",
    data: { program: "swtpm" },
  });
}

/**
 * Starts a TPM with nothing in it. What the guest keeps there is gone with it: the image is started without one.
 *
 * @throws PipelineError `PIPELINE_TPM_MISSING`; RuntimeError where it ends, or is not ready in time.
 */
export async function startTpm(options: WaitOptions = {}): Promise<EmulatedTpm> {
  await requireTpm();
  await using undo = new AsyncDisposableStack();
  // A short path: it has to fit into the address of a socket.
  const directory = await mkdtemp(join(tmpdir(), "winvm-tpm-"));
  undo.defer(() => rm(directory, { recursive: true, force: true }));
  const socket = join(directory, "control");
  const running = undo.use(
    await startProcess({
      name: "swtpm",
      file: "swtpm",
      args: [
        "socket",
        "--tpm2",
        "--tpmstate",
        `dir=${directory},mode=0600`,
        "--ctrl",
        `type=unixio,path=${socket},mode=0600`,
        "--terminate",
      ],
    }),
  );
  await running.whileAlive(
    "wait for the TPM's socket",
    (signal) =>
      poll(
        "wait for the TPM's socket",
        () =>
          stat(socket).then(
            () => true,
            () => undefined,
          ),
        { intervalMs: 10, signal },
      ),
    { timeoutMs: START_LIMIT_MS, ...options },
  );
  const owned = undo.move();
  return { socket, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
