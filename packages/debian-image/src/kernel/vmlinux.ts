import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { runProgram } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { isElf } from "../elf/elf.ts";
import { DebianImageError } from "../errors.ts";

const PT_LOAD = 1;
const PT_NOTE = 4;
const ELF_HEADER = 64;
const PROGRAM_HEADER = 56;
const XEN_ELFNOTE_PHYS32_ENTRY = 18;

/** The compressed kernel inside a bzImage. */
export interface KernelPayload {
  readonly compression: "xz" | "zstd" | "gzip";
  readonly bytes: Uint8Array;
}

/**
 * Finds the compressed kernel in a bzImage (Linux: Documentation/arch/x86/boot.rst, `payload_offset` and
 * `payload_length`, protocol ≥ 2.08). Undefined where there is none in a form known here.
 */
export function bzImagePayload(image: Uint8Array): KernelPayload | undefined {
  if (image.byteLength < 0x260) return undefined;
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (view.getUint32(0x202, true) !== 0x53726448 || view.getUint16(0x206, true) < 0x208)
    return undefined;
  const base = ((view.getUint8(0x1f1) || 4) + 1) * 512;
  const start = base + view.getUint32(0x248, true);
  // The last four bytes are the unpacked size, put there by the kernel's build.
  const end = start + view.getUint32(0x24c, true) - 4;
  if (start >= end || end > image.byteLength) return undefined;
  const bytes = image.subarray(start, end);
  const magic = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  if (magic.startsWith("fd377a58")) return { compression: "xz", bytes };
  if (magic === "28b52ffd") return { compression: "zstd", bytes };
  if (magic.startsWith("1f8b")) return { compression: "gzip", bytes };
  return undefined;
}

/**
 * The kernel out of a bzImage as a bare ELF file with the PVH entry, which QEMU starts at once: a guest without hardware
 * virtualization needs seconds to unpack it by itself. Undefined where this kernel can't be had so (unknown
 * compression, no `xz` on this machine, no PVH entry): start the bzImage then.
 */
export async function unpackKernelImage(
  image: Uint8Array,
  options: WaitOptions = {},
): Promise<Buffer | undefined> {
  const payload = bzImagePayload(image);
  if (payload === undefined) return undefined;
  const elf = await decompress(payload, options);
  return elf === undefined ? undefined : compactElf(elf);
}

async function decompress(
  { compression, bytes }: KernelPayload,
  options: WaitOptions,
): Promise<Uint8Array | undefined> {
  if (compression === "zstd") return promisify(zstdDecompress)(bytes);
  if (compression === "gzip") return promisify(gunzip)(bytes);
  try {
    return (await runProgram("xz", ["-dc"], { ...options, input: bytes })).stdoutBytes;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "RUNTIME_PROGRAM_NOT_FOUND")
      return undefined;
    throw error;
  }
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly virtual: bigint;
  readonly physical: bigint;
  readonly fileSize: number;
  readonly memorySize: number;
}

/**
 * Pure: the same kernel without its section table, without padding between segments and without the zeros at the end
 * of each (half of the file). Undefined where it has no PVH entry note.
 */
export function compactElf(elf: Uint8Array): Buffer | undefined {
  if (!isElf(elf) || elf[4] !== 2) {
    throw new DebianImageError({
      code: "DEBIAN_IMAGE_BAD_ELF",
      asked: "unpack a kernel image",
      happened: "what is in it is no 64-bit ELF file",
    });
  }
  const source = Buffer.from(elf.buffer, elf.byteOffset, elf.byteLength);
  const segments = readSegments(source);
  const notes = segments.find(({ type }) => type === PT_NOTE);
  if (
    notes === undefined ||
    !hasPvhEntry(source.subarray(notes.offset, notes.offset + notes.fileSize))
  )
    return undefined;
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  const headers = Buffer.alloc(PAGE);
  source.copy(headers, 0, 0, ELF_HEADER);
  headers.writeBigUInt64LE(BigInt(ELF_HEADER), 32);
  headers.fill(0, 40, 48); // no section table
  headers.writeUInt16LE(loads.length + 1, 56);
  headers.fill(0, 58, 64);
  const parts: Buffer[] = [headers];
  let at = PAGE;
  const write = (
    index: number,
    segment: Segment,
    offset: number,
    size: number,
    align: number,
  ): void => {
    const header = ELF_HEADER + index * PROGRAM_HEADER;
    headers.writeUInt32LE(segment.type, header);
    headers.writeUInt32LE(segment.flags, header + 4);
    const fields = [
      BigInt(offset),
      segment.virtual,
      segment.physical,
      BigInt(size),
      BigInt(segment.memorySize),
    ];
    for (const [field, value] of [...fields, BigInt(align)].entries())
      headers.writeBigUInt64LE(value, header + 8 + field * 8);
  };
  for (const [index, segment] of loads.entries()) {
    const bytes = withoutTrailingZeros(
      source.subarray(segment.offset, segment.offset + segment.fileSize),
      notes.offset + notes.fileSize - segment.offset,
    );
    write(index, segment, at, bytes.byteLength, PAGE);
    if (notes.offset >= segment.offset && notes.offset < segment.offset + segment.fileSize)
      write(loads.length, notes, at + notes.offset - segment.offset, notes.fileSize, 4);
    const padding = Buffer.alloc((16 - (bytes.byteLength % 16)) % 16);
    parts.push(bytes, padding);
    at += bytes.byteLength + padding.byteLength;
  }
  return Buffer.concat(parts);
}

const PAGE = 0x1000;

function readSegments(elf: Buffer): Segment[] {
  const start = Number(elf.readBigUInt64LE(32));
  const count = elf.readUInt16LE(56);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * PROGRAM_HEADER;
    return {
      type: elf.readUInt32LE(at),
      flags: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 8)),
      virtual: elf.readBigUInt64LE(at + 16),
      physical: elf.readBigUInt64LE(at + 24),
      fileSize: Number(elf.readBigUInt64LE(at + 32)),
      memorySize: Number(elf.readBigUInt64LE(at + 40)),
    };
  });
}

/** Notes are: name size, data size, type, name and data, each padded to 4 bytes. */
function hasPvhEntry(notes: Buffer): boolean {
  for (let at = 0; at + 12 <= notes.byteLength;) {
    const nameSize = notes.readUInt32LE(at);
    const dataSize = notes.readUInt32LE(at + 4);
    const name = notes.toString("latin1", at + 12, at + 12 + nameSize);
    if (name === "Xen\0" && notes.readUInt32LE(at + 8) === XEN_ELFNOTE_PHYS32_ENTRY) return true;
    at += 12 + Math.ceil(nameSize / 4) * 4 + Math.ceil(dataSize / 4) * 4;
  }
  return false;
}

/** Down to `keep` bytes where those are in it: a note may end in zeros of its own. */
function withoutTrailingZeros(bytes: Buffer, keep: number): Buffer {
  const least = keep >= 0 && keep <= bytes.byteLength ? keep : 0;
  let end = bytes.byteLength;
  while (end > least && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}
