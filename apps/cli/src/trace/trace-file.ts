import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  writeFileSync,
} from "node:fs";
import { resolve } from "node:path";
import { describeError, onTrace, type TraceRecord } from "@winvm/runtime";
import { CliError } from "../errors.ts";
import { chromeTrace, formatTrace } from "./chrome-trace.ts";

/**
 * Traces all that this process does from now on into a file, which is written when this is disposed of, or when the
 * process exits, whatever ended it. Times count from the start of the process.
 *
 * @param warn is told when the file could not be written at the end: what was done is done all the same.
 * @throws CliError `CLI_TRACE_UNWRITABLE` where the file can't be made; nothing has been started then.
 */
export function openTrace(file: string, warn: (text: string) => void): Disposable {
  const path = resolve(file);
  const descriptor = openFile(path);
  const records: TraceRecord[] = [...beginnings()];
  const listening = onTrace((record) => void records.push(record));
  let written = false;
  const write = (): void => {
    if (written) return;
    written = true;
    process.off("exit", write);
    listening[Symbol.dispose]();
    try {
      writeFileSync(descriptor, formatTrace(chromeTrace(records, performance.now())));
    } catch (error) {
      warn(`the trace ${path} is not complete: ${describeError(error)}`);
    } finally {
      closeSync(descriptor);
    }
  };
  process.once("exit", write);
  return { [Symbol.dispose]: write };
}

/** For its owner only, one that was there too: command lines and texts for the guest are in it. */
function openFile(path: string): number {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
    if (fstatSync(descriptor).isFile()) {
      fchmodSync(descriptor, 0o600);
      ftruncateSync(descriptor);
    }
    return descriptor;
  } catch (cause) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw new CliError({
      code: "CLI_TRACE_UNWRITABLE",
      asked: `write the trace ${path}`,
      happened: describeError(cause),
      hint: "give --trace the name of a file that you may write",
      cause,
    });
  }
}

/** What happened before anybody could listen: Node's own start, and the loading of winvm. */
function beginnings(): readonly TraceRecord[] {
  const startedMs = performance.nodeTiming.bootstrapComplete;
  const where = { group: "winvm", lane: "process" };
  return [
    { kind: "begin", id: -1, atMs: 0, subject: { ...where, name: "start Node" } },
    { kind: "end", id: -1, atMs: startedMs },
    { kind: "begin", id: -2, atMs: startedMs, subject: { ...where, name: "load winvm" } },
    { kind: "end", id: -2, atMs: performance.now() },
  ];
}
