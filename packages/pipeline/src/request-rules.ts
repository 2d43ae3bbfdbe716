import { formatFaults, type Fault } from "@winvm/runtime";
import { clockFaults } from "./clone/clock-choice.ts";
import { identityFaults } from "./clone/identity.ts";
import { PipelineError } from "./errors.ts";
import { directoryFaults, inputsFaults, outputsFaults } from "./request-places.ts";
import type { RunRequest } from "./request.ts";
import { defaultStore } from "./store/layout.ts";

/**
 * Looks at a request before anything is made or started.
 *
 * @param store the store's directory; the default one when absent.
 * @param more faults that the caller has found.
 * @throws PipelineError `PIPELINE_INVALID_REQUEST` with all faults.
 */
export async function checkRequest(
  request: RunRequest,
  store?: string,
  more: readonly Fault[] = [],
): Promise<void> {
  const faults: Fault[] = [...more];
  for (const [index, share] of (request.shares ?? []).entries()) {
    faults.push(
      ...(await directoryFaults(`shares[${index}].directory`, share.directory, share.readOnly)),
    );
  }
  if (request.inputs !== undefined)
    faults.push(...(await inputsFaults(request.inputs, store ?? defaultStore())));
  if (request.outputs !== undefined) faults.push(...(await outputsFaults(request.outputs)));
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
