import { formatFaults, WinvmError, type Fault } from "@winvm/runtime";

/** The codes of {@link XchgError}. */
export type XchgErrorCode =
  | "XCHG_SHARES_INVALID"
  | "XCHG_JOB_INVALID"
  | "XCHG_INPUTS_UNFIT"
  | "XCHG_OUTPUTS_UNFIT"
  | "XCHG_STATUS_INVALID"
  | "XCHG_LAUNCHER_NOT_BUILT";

/** What goes wrong with the exchange directory and the shares. */
export class XchgError extends WinvmError<XchgErrorCode> {
  override readonly name = "XchgError";
}

/** @throws XchgError with all faults in `data.faults`, where there are any. */
export function throwFaults(code: XchgErrorCode, asked: string, faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  throw new XchgError({
    code,
    asked,
    happened: `there ${faults.length === 1 ? "is a fault" : `are ${faults.length} faults`}:\n${formatFaults(faults)}`,
    hint: "correct what is named above",
    data: { faults },
  });
}
