import { describeError, formatFaults } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";
import { tellsOfFullDisk } from "../store/full-disk.ts";
import { SourceFault } from "./byte-source.ts";
import { headerFaults } from "./check-header.ts";
import { FormatFault, formatVersion } from "./format.ts";
import { NewerFormat, type OpenedContainer } from "./read-container.ts";

/** What could not be opened or read. */
export function unreadable(name: string, cause: unknown): PipelineError {
  return new PipelineError({
    code: "PIPELINE_IMPORT_UNREADABLE",
    asked: `import ${name}`,
    happened: describeError(cause),
    hint: "give the path of a file that `winvm export` has written, on a disk that can be read",
    cause,
  });
}

/** @throws PipelineError `PIPELINE_IMPORT_INVALID` with all faults of the header. */
export function requireSound(name: string, { header }: OpenedContainer): void {
  const faults = headerFaults(header);
  if (faults.length === 0) return;
  throw new PipelineError({
    code: "PIPELINE_IMPORT_INVALID",
    asked: `import ${name}`,
    happened: `it is not as winvm writes it:\n${formatFaults(faults)}`,
    hint: "don't trust it; nothing was written",
    data: { faults },
  });
}

/** A fault of the container, or a disk that became full, as the user is told it. */
export function told(error: unknown, name: string, storeRoot: string): unknown {
  const asked = `import ${name}`;
  if (error instanceof NewerFormat) {
    return new PipelineError({
      code: "PIPELINE_IMPORT_NEWER",
      asked,
      happened: `${error.message}, and this winvm reads up to ${formatVersion}`,
      hint: "use the winvm that has written it, or a newer one",
      cause: error,
      data: { version: error.version },
    });
  }
  if (error instanceof FormatFault) {
    const at = error.at ?? 0;
    return new PipelineError({
      code: "PIPELINE_IMPORT_INVALID",
      asked,
      happened:
        at === 0
          ? `it is no state that \`winvm export\` has written: ${error.message}`
          : `it is damaged in the part that begins at byte ${at}: ${error.message}`,
      hint: "bring it over again; nothing was written",
      cause: error,
      data: { at },
    });
  }
  if (error instanceof SourceFault) return unreadable(name, error.cause);
  if (!tellsOfFullDisk(error)) return error;
  return new PipelineError({
    code: "PIPELINE_STORE_FULL",
    asked,
    happened: `the disk of the store ${storeRoot} is full`,
    hint: "free some space, run `winvm gc`, or name another directory with --store",
    cause: error,
  });
}
