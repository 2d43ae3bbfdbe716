import { open } from "node:fs/promises";
import { formatFaults } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import { DebianImageError } from "../errors.ts";
import type { TreeEntry } from "./entry.ts";

// Kernel: Documentation/driver-api/early-userspace/buffer-format.rst (the "newc" form, magic 070701).
const MAGIC = "070701";
const TRAILER = "TRAILER!!!";
const TYPE = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  character: 0o020000,
  block: 0o060000,
} as const;
const BLOCK = 512;
const encoder = new TextEncoder();

/**
 * The entries in the order of an archive: sorted by the bytes of the path, with every missing parent directory added
 * (0755). Of two entries with one path the later wins.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_INVALID` with every bad path or mode.
 */
export function arrangeEntries(entries: Iterable<TreeEntry>): TreeEntry[] {
  const byPath = new Map<string, TreeEntry>();
  const faults: Fault[] = [];
  for (const entry of entries) {
    checkEntry(entry, faults);
    byPath.set(entry.path, entry);
  }
  for (const path of Array.from(byPath.keys())) {
    const parts = path.split("/");
    for (let length = 1; length < parts.length; length += 1) {
      const parent = parts.slice(0, length).join("/");
      const known = byPath.get(parent);
      if (known === undefined) byPath.set(parent, { kind: "directory", path: parent, mode: 0o755 });
      else if (known.kind !== "directory")
        faults.push({ path, expected: `${parent} to be a directory`, value: known.kind });
    }
  }
  if (faults.length > 0) {
    throw new DebianImageError({
      code: "DEBIAN_IMAGE_INVALID",
      asked: "arrange the entries of an archive",
      happened: formatFaults(faults),
      data: { faults },
    });
  }
  return [...byPath.values()].sort((a, b) =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
  );
}

function checkEntry(entry: TreeEntry, faults: Fault[]): void {
  const parts = entry.path.split("/");
  if (
    parts.some((part) => part === "" || part === "." || part === "..") ||
    entry.path.includes("\0")
  )
    faults.push({ path: "path", expected: "a relative path without . and ..", value: entry.path });
  if (entry.path === TRAILER)
    faults.push({ path: "path", expected: `any name but ${TRAILER}`, value: entry.path });
  if (
    entry.kind !== "symlink" &&
    !(Number.isInteger(entry.mode) && entry.mode >= 0 && entry.mode <= 0o7777)
  )
    faults.push({ path: `${entry.path}.mode`, expected: "an integer 0–0o7777", value: entry.mode });
  if (entry.kind === "symlink" && (entry.target === "" || entry.target.includes("\0")))
    faults.push({ path: `${entry.path}.target`, expected: "a path", value: entry.target });
  if (entry.kind === "file" && sizeOf(entry.content) > 0xffff_ffff)
    faults.push({ path: entry.path, expected: "less than 4 GiB", value: sizeOf(entry.content) });
}

function sizeOf(content: Uint8Array | { readonly sizeBytes: number }): number {
  return content instanceof Uint8Array ? content.byteLength : content.sizeBytes;
}

/**
 * The bytes of a newc archive (what the kernel unpacks as an initramfs), chunk by chunk. Deterministic: the same entries
 * in any order give the same bytes; owner 0:0, time 0, inode numbers by position.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_INVALID`; also when a file on disk is not as long as its entry says.
 */
export async function* cpioChunks(entries: Iterable<TreeEntry>): AsyncGenerator<Uint8Array> {
  let offset = 0;
  let inode = 0;
  for (const entry of arrangeEntries(entries)) {
    inode += 1;
    const inline = inlineContent(entry);
    const size = inline?.byteLength ?? (entry.kind === "file" ? sizeOf(entry.content) : 0);
    const head = header(entry, inode, size);
    yield head;
    offset += head.byteLength;
    if (inline !== undefined) yield inline;
    else if (entry.kind === "file" && !(entry.content instanceof Uint8Array))
      yield* fileChunks(entry.content.file, size);
    const padding = pad(size, 4);
    if (padding.byteLength > 0) yield padding;
    offset += size + padding.byteLength;
  }
  const end = record(TRAILER, { ino: 0, mode: 0, nlink: 1, size: 0, major: 0, minor: 0 });
  yield end;
  yield pad(offset + end.byteLength, BLOCK);
}

/** A whole archive in memory; see {@link cpioChunks}. */
export async function writeCpio(entries: Iterable<TreeEntry>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(cpioChunks(entries)));
}

function inlineContent(entry: TreeEntry): Uint8Array | undefined {
  if (entry.kind === "symlink") return encoder.encode(entry.target);
  if (entry.kind !== "file") return new Uint8Array();
  return entry.content instanceof Uint8Array ? entry.content : undefined;
}

function header(entry: TreeEntry, ino: number, size: number): Uint8Array {
  const permissions = entry.kind === "symlink" ? 0o777 : entry.mode;
  const device =
    entry.kind === "character" || entry.kind === "block" ? entry : { major: 0, minor: 0 };
  return record(entry.path, {
    ino,
    mode: TYPE[entry.kind] | permissions,
    nlink: entry.kind === "directory" ? 2 : 1,
    size,
    major: device.major,
    minor: device.minor,
  });
}

function record(
  name: string,
  f: { ino: number; mode: number; nlink: number; size: number; major: number; minor: number },
): Uint8Array {
  const nameBytes = encoder.encode(`${name}\0`);
  // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  const numbers = [f.ino, f.mode, 0, 0, f.nlink, 0, f.size, 0, 0, f.major, f.minor];
  const fields = [...numbers, nameBytes.byteLength, 0].map((n) => n.toString(16).padStart(8, "0"));
  const fixed = encoder.encode(MAGIC + fields.join(""));
  const length = fixed.byteLength + nameBytes.byteLength;
  return Buffer.concat([fixed, nameBytes, pad(length, 4)]);
}

function pad(length: number, block: number): Uint8Array {
  return new Uint8Array((block - (length % block)) % block);
}

async function* fileChunks(file: string, size: number): AsyncGenerator<Uint8Array> {
  await using handle = await open(file);
  let left = size;
  while (left > 0) {
    const buffer = Buffer.allocUnsafe(Math.min(left, 1 << 20));
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength);
    if (bytesRead === 0) break;
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
  if (left === 0 && (await handle.read(Buffer.alloc(1), 0, 1)).bytesRead === 0) return;
  throw new DebianImageError({
    code: "DEBIAN_IMAGE_INVALID",
    asked: "write an archive",
    happened: `${file} changed while it was read (${size} bytes expected)`,
  });
}
