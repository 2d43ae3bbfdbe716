import { errorJson } from "../evidence.ts";
import type { Outcome } from "../events/outcome.ts";

/** Which outcome the failure of a stage is. */
export function outcomeOfFailure(error: unknown, signal: AbortSignal | undefined): Outcome {
  if (signal?.aborted) return { kind: "cancelled" };
  const told = errorJson(error);
  const bundle = told.data?.["bundle"];
  const evidence = { error: told, ...(typeof bundle === "string" ? { bundle } : {}) };
  // Suspending and reviving tell a QEMU that does not start as failures of their own.
  if (told.code.startsWith("PIPELINE_SETUP_") || told.code === "QEMU_START_FAILED")
    return { kind: "installFailed", ...evidence };
  if (["PIPELINE_SUSPEND_FAILED", "PIPELINE_LAYER_FAILED"].includes(told.code))
    return { kind: "suspendFailed", ...evidence };
  return { kind: "refused", ...evidence };
}
