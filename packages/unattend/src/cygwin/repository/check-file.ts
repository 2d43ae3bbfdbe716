import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { describeError } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import type { LockedFile } from "./lock.ts";

/** A hash of the kind that the file has in the lock. */
export function startHash({ hash }: LockedFile): Hash {
  return createHash(hash.slice(0, hash.indexOf(":")));
}

/** What is wrong with bytes of this length and hash; `undefined` when they are the file's. */
export function wrongContent(file: LockedFile, bytes: number, hash: Hash): Fault | undefined {
  if (bytes !== file.size) return wrongSize(file, bytes);
  const found = `${file.hash.slice(0, file.hash.indexOf(":"))}:${hash.digest("hex")}`;
  return found === file.hash ? undefined : { path: file.path, expected: file.hash, value: found };
}

/** The fault of a file that is longer or shorter. */
export function wrongSize({ path, size }: LockedFile, bytes: number): Fault {
  return { path, expected: `${size} bytes`, value: `${bytes} bytes` };
}

/** What is wrong with a file of the host: not there, another size, another hash. */
export async function checkFile(
  file: LockedFile,
  place: string,
  signal?: AbortSignal,
): Promise<Fault | undefined> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile() !== true) return { path: file.path, expected: "a file", value: "not there" };
  if (found.size !== file.size) return wrongSize(file, found.size);
  const hash = startHash(file);
  let bytes: number;
  try {
    bytes = await hashFile(place, hash, signal);
  } catch (error) {
    signal?.throwIfAborted();
    return { path: file.path, expected: "a readable file", value: describeError(error) };
  }
  return wrongContent(file, bytes, hash);
}

/** Adds a file to a hash. @returns its length in bytes */
export async function hashFile(place: string, hash: Hash, signal?: AbortSignal): Promise<number> {
  let bytes = 0;
  const chunks = createReadStream(place, { highWaterMark: 1 << 18, signal });
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return bytes;
}
