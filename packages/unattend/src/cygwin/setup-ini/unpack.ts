import { createZstdDecompress } from "node:zlib";
import { describeError } from "@winvm/runtime";
import { faultsError, UnattendError } from "../../errors.ts";

/** Where an index comes from: bytes in memory, or as they arrive. */
export type IndexSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The longest index, unpacked, in bytes. One of today has some twenty millions. */
export const largestIndex: number = 1 << 28;
/** The longest compressed one, which is held in memory. One of today has some two millions. */
export const largestCompressed: number = 1 << 26;

/** How the compressed forms of an index begin, and what else unpacks those that are not read here. */
const forms = [
  { name: "zstd", magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), command: undefined },
  { name: "xz", magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), command: "xz -d" },
  { name: "bzip2", magic: Buffer.from("BZh"), command: "bzip2 -d" },
  { name: "gzip", magic: Buffer.from([0x1f, 0x8b]), command: "gzip -d" },
] as const;
const longestMagic = 6;

type Form = (typeof forms)[number];

/** Whether bytes begin as zstd's do. */
export function isZstd(bytes: Uint8Array): boolean {
  return formOf(bytes)?.name === "zstd";
}

/**
 * The bytes of an index, unpacked where they are compressed by zstd, whatever the file's name.
 *
 * @throws UnattendError `UNATTEND_SETUP_INI_INVALID` for another compression, damage, or more than
 *   {@link largestIndex} bytes. An error of the source passes through.
 */
export async function* unpackIndex(
  source: IndexSource,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let form: Form | "plain" | undefined;
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    if (form === "plain") {
      yield chunk;
      continue;
    }
    // The chunk is the caller's, who may use it for something else afterwards.
    held.push(Buffer.from(chunk));
    heldBytes += chunk.length;
    if (form === undefined && heldBytes >= longestMagic) {
      form = known(Buffer.concat(held), name);
      if (form === "plain") yield* held.splice(0);
    }
    if (form !== "plain" && heldBytes > largestCompressed) {
      throw wrong(name, `at most ${largestCompressed} compressed bytes`, "more");
    }
  }
  const bytes = Buffer.concat(held);
  form ??= known(bytes, name);
  if (form === "plain") yield bytes;
  else yield* unzstd(bytes, name);
}

function known(bytes: Uint8Array, name: string): Form | "plain" {
  const form = formOf(bytes);
  if (form?.command === undefined) return form ?? "plain";
  const expected = "a setup.ini, plain or compressed by zstd";
  throw wrong(name, expected, `compressed by ${form.name}`, `unpack it with ${form.command}`);
}

function formOf(bytes: Uint8Array): Form | undefined {
  return forms.find(({ magic }) => magic.equals(bytes.subarray(0, magic.length)));
}

/** Frame by frame: Node's decompressor drops what follows the end of a frame in a chunk (nodejs/node#64741). */
async function* unzstd(bytes: Uint8Array, name: string): AsyncGenerator<Uint8Array, void> {
  let total = 0;
  for (let at = 0; at < bytes.length;) {
    const frame = createZstdDecompress({ chunkSize: 1 << 18 });
    frame.end(bytes.subarray(at));
    try {
      for await (const chunk of frame as AsyncIterable<Buffer>) {
        total += chunk.length;
        if (total > largestIndex) throw wrong(name, `at most ${largestIndex} bytes`, "more");
        yield chunk;
      }
    } catch (error) {
      if (error instanceof UnattendError) throw error;
      const expected = "what zstd has compressed, whole and unchanged";
      throw wrong(name, expected, describeError(error), "fetch it again, or take another mirror");
    }
    at += frame.bytesWritten;
  }
}

function wrong(path: string, expected: string, value: string, hint?: string): UnattendError {
  const faults = [{ path, expected, value }];
  return faultsError("UNATTEND_SETUP_INI_INVALID", `read ${path}`, faults, hint);
}
