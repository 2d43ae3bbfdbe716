import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  describeError,
  findProgram,
  isWinvmError,
  poll,
  startProcess,
  type OwnedProcess,
  type WaitOptions,
} from "@winvm/runtime";
import { PipelineError } from "../errors.ts";

/** A TPM 2.0 for one machine; it ends with the machine, and with its owner. */
export interface EmulatedTpm extends AsyncDisposable {
  /** Where QEMU talks to it: a path that is short whatever the directory's is. */
  readonly socket: string;
  readonly process: OwnedProcess;
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
 * @param parent of the directory for its files, which is made and removed: the machine's own, which is swept when its
 *   owner has died.
 * @throws PipelineError `PIPELINE_TPM_MISSING`; `PIPELINE_TPM_FAILED` where it ends, or is not ready in time.
 */
export async function startTpm(parent: string, options: WaitOptions = {}): Promise<EmulatedTpm> {
  await requireTpm();
  await using undo = new AsyncDisposableStack();
  const directory = join(parent, ".tpm");
  await mkdir(directory, { mode: 0o700 });
  undo.defer(() => rm(directory, { recursive: true, force: true }));
  const process = undo.use(
    await startProcess({
      name: "swtpm",
      file: "swtpm",
      args: [
        "socket",
        "--tpm2",
        "--tpmstate",
        "dir=.,mode=0600",
        "--ctrl",
        "type=unixio,path=control,mode=0600",
        "--terminate",
      ],
      cwd: directory,
    }),
  );
  // The address of a socket holds 107 bytes (unix(7)), the path of a store may be longer: this way both fit.
  const socket = `/proc/${process.pid}/cwd/control`;
  const asked = "wait for the TPM's socket";
  const isThere = (): Promise<true | undefined> =>
    stat(socket).then(
      () => true,
      () => undefined,
    );
  await process
    .whileAlive(asked, (signal) => poll(asked, isThere, { intervalMs: 10, signal }), {
      timeoutMs: START_LIMIT_MS,
      ...options,
    })
    .catch((cause: unknown) => {
      if (isWinvmError(cause) && cause.code === "RUNTIME_ABORTED") throw cause;
      throw new PipelineError({
        code: "PIPELINE_TPM_FAILED",
        asked: "give the guest a TPM",
        happened: `${describeError(cause)} ${process.recentOutput().trim()}`.trim(),
        // Its profile allows files below the home directory and /tmp.
        hint: "where AppArmor confines swtpm, put the store below your home directory",
        cause,
        data: { directory },
      });
    });
  const owned = undo.move();
  return { socket, process, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
