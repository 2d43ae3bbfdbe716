export { formatFaults } from "./errors/faults.ts";
export { RuntimeError } from "./errors/runtime-error.ts";
export { describeError, isWinvmError, WinvmError } from "./errors/winvm-error.ts";
export { writeFileAtomically } from "./files/atomic.ts";
export { parseHolder, tryLock } from "./files/lock-file.ts";
export { makeDirectories } from "./files/make-directories.ts";
export { findPlace } from "./files/place.ts";
export { removeTree } from "./files/remove-tree.ts";
export { syncToDisk } from "./files/sync.ts";
export { findDeathSignal } from "./process/death-signal.ts";
export { findProgram } from "./process/find-program.ts";
export { isOutOfSight, isProcessAlive, processIdentity } from "./process/identity.ts";
export { OutputTail } from "./process/output-tail.ts";
export { requireProgram, runProgram } from "./process/run-program.ts";
export { startProcess } from "./process/start-process.ts";
export { onTrace, traced, traceMoment } from "./trace/trace.ts";
export { abortable } from "./waits/abortable.ts";
export { abortedError, formatMs, withDeadline } from "./waits/deadline.ts";
export { poll } from "./waits/poll.ts";

export type { Fault } from "./errors/faults.ts";
export type { RuntimeErrorCode } from "./errors/runtime-error.ts";
export type { ErrorDetails, WinvmErrorJson } from "./errors/winvm-error.ts";
export type { AtomicWriteOptions } from "./files/atomic.ts";
export type { HeldLock, LockAttempt } from "./files/lock-file.ts";
export type { DeathSignal } from "./process/death-signal.ts";
export type { ProcessIdentity } from "./process/identity.ts";
export type {
  OwnedProcess,
  ProcessExit,
  ProcessOptions,
  StopReport,
  StopStep,
} from "./process/owned-process.ts";
export type { ProgramOutput, RunProgramOptions } from "./process/run-program.ts";
export type { TraceRecord, TraceSubject } from "./trace/trace.ts";
export type { WaitOptions } from "./waits/deadline.ts";
export type { PollOptions } from "./waits/poll.ts";
