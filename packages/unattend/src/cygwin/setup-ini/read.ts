import { createReadStream } from "node:fs";
import { describeError } from "@winvm/runtime";
import { UnattendError } from "../../errors.ts";
import type { SetupIni } from "./model.ts";
import { SetupIniParser } from "./parser.ts";
import { unpackIndex } from "./unpack.ts";
import type { IndexSource } from "./unpack.ts";

/** How a setup.ini is read. */
export interface ReadSetupIniOptions {
  /** How it is called in errors; `setup.ini` when absent. */
  readonly name?: string | undefined;
}

/**
 * Reads a setup.ini of any age, as the installer reads it, from bytes in memory or as they arrive, plain or compressed
 * by zstd (`setup.zst`). Texts and lists are taken apart only when they are looked at.
 *
 * @throws UnattendError `UNATTEND_SETUP_INI_INVALID` with up to 100 faults in `data.faults`, each with its line; for
 *   another compression, and for compressed bytes that are damaged. An error of the source passes through.
 */
export async function readSetupIni(
  source: IndexSource,
  { name = "setup.ini" }: ReadSetupIniOptions = {},
): Promise<SetupIni> {
  const parser = new SetupIniParser();
  for await (const chunk of unpackIndex(source, name)) {
    parser.push(chunk);
    if (parser.hopeless) break;
  }
  return parser.finish(name);
}

/**
 * Reads a setup.ini that is a file of the host.
 *
 * @throws UnattendError as {@link readSetupIni}; `UNATTEND_CYGWIN_UNREADABLE` when the file cannot be read.
 */
export async function readSetupIniFile(
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<SetupIni> {
  signal?.throwIfAborted();
  const chunks = createReadStream(path, { highWaterMark: 1 << 18, signal });
  try {
    return await readSetupIni(chunks as AsyncIterable<Uint8Array>, { name: path });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UnattendError) throw error;
    throw unreadableIndex(path, error);
  }
}

/** The error of an index that is a file and cannot be read. */
export function unreadableIndex(path: string, cause: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_CYGWIN_UNREADABLE",
    asked: `read ${path}`,
    happened: describeError(cause),
    hint: "give the path of a mirror's index",
    cause,
    data: { path },
  });
}
