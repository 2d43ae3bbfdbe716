import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { formatFaults, type Fault } from "@winvm/runtime";
import { clockFaults } from "./clone/clock-choice.ts";
import { identityFaults } from "./clone/identity.ts";
import { PipelineError } from "./errors.ts";
import type { RunRequest } from "./request.ts";

/**
 * Looks at a request before anything is made or started.
 *
 * @param more faults that the caller has found.
 * @throws PipelineError `PIPELINE_INVALID_REQUEST` with all faults.
 */
export async function checkRequest(
  request: RunRequest,
  more: readonly Fault[] = [],
): Promise<void> {
  const faults: Fault[] = [...more];
  for (const [index, share] of (request.shares ?? []).entries()) {
    faults.push(
      ...(await directoryFaults(`shares[${index}].directory`, share.directory, share.readOnly)),
    );
  }
  if (request.inputs !== undefined)
    faults.push(...(await directoryFaults("inputs", request.inputs, true)));
  if (request.outputs !== undefined) {
    const found = await stat(request.outputs).catch(() => undefined);
    if (found !== undefined && !found.isDirectory()) {
      faults.push({
        path: "outputs",
        expected: "a directory, or a name that is free",
        value: request.outputs,
      });
    }
  }
  if (request.timeoutMs !== undefined && !(request.timeoutMs > 0)) {
    faults.push({ path: "timeoutMs", expected: "more than 0", value: request.timeoutMs });
  }
  faults.push(...clockFaults(request.clock), ...identityFaults(request.identity));
  if (faults.length === 0) return;
  throw new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: "run the job",
    happened: `the request can't be carried out:\n${formatFaults(faults)}`,
    hint: "correct what is named above; nothing was started",
    data: { faults },
  });
}

async function directoryFaults(
  path: string,
  directory: string,
  readOnly: boolean,
): Promise<Fault[]> {
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory())
    return [{ path, expected: "a directory that exists", value: directory }];
  try {
    await access(
      directory,
      readOnly ? constants.R_OK | constants.X_OK : constants.R_OK | constants.W_OK | constants.X_OK,
    );
    return [];
  } catch {
    return [
      {
        path,
        expected: readOnly ? "a directory that you may read" : "a directory that you may write",
        value: directory,
      },
    ];
  }
}
