import { WinvmError } from "@winvm/runtime";

/** The codes of {@link PipelineError}. */
export type PipelineErrorCode =
  | "PIPELINE_INVALID_REQUEST"
  | "PIPELINE_ISO_MISSING"
  | "PIPELINE_CYGWIN_MISSING"
  | "PIPELINE_TPM_MISSING"
  | "PIPELINE_TPM_FAILED"
  | "PIPELINE_SETUP_FAILED"
  | "PIPELINE_SETUP_ENDED"
  | "PIPELINE_SETUP_TIMEOUT"
  | "PIPELINE_REHEARSAL_FAILED"
  | "PIPELINE_SUSPEND_FAILED"
  | "PIPELINE_LAYER_FAILED"
  | "PIPELINE_REVIVE_FAILED"
  | "PIPELINE_MACHINE_ENDED"
  | "PIPELINE_POOL_RUNNING"
  | "PIPELINE_POOL_FAILED"
  | "PIPELINE_SETTLE_FAILED"
  | "PIPELINE_STORE_UNUSABLE"
  | "PIPELINE_STORE_FULL"
  | "PIPELINE_STORE_DAMAGED"
  | "PIPELINE_STATE_MISMATCH"
  | "PIPELINE_STATE_UNKNOWN"
  | "PIPELINE_STATE_AMBIGUOUS"
  | "PIPELINE_NAME_TAKEN"
  | "PIPELINE_EXPORT_FAILED"
  | "PIPELINE_IMPORT_INVALID"
  | "PIPELINE_IMPORT_NEWER"
  | "PIPELINE_IMPORT_DIFFERS"
  | "PIPELINE_IMPORT_UNREADABLE";

/** What goes wrong between the stages; what goes wrong within a machine comes as its package's error. */
export class PipelineError extends WinvmError<PipelineErrorCode> {
  override readonly name = "PipelineError";
}
