/** Where the kernel is linked to be, and where `start.S` puts it. */
const KERNEL_PLACE = 0x1_00_0000;

/** Where `start.S` moves itself and what follows it. */
const START_PLACE = 0x5_00_0000;

/** Where the page tables begin that `start.S` makes: the kernel ends before. */
const TABLES_PLACE = 0x4_f0_0000;

const sectorBytes = 512;

/** Offsets of Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header". */
const at = {
  dosMagic: 0,
  setupSectors: 0x1f1,
  protectedUnits: 0x1f4,
  magic: 0x202,
  version: 0x206,
  extendedFlags: 0x236,
  preferredAddress: 0x258,
  memoryNeeded: 0x260,
  efiHandover: 0x264,
} as const;

/** Where `start.S` keeps the length of itself and the kernel, in units of 4 bytes. */
const lengthAt = 4;

/**
 * The part of a bzImage that runs in real mode, with the header; `undefined` where the image is none, or is to lie at another
 * place. Pure.
 */
export function realModePart(image: Buffer): Buffer | undefined {
  if (image.length < 2 * sectorBytes || image.toString("latin1", at.magic, at.magic + 4) !== "HdrS")
    return undefined;
  // 2.10 has the place that the kernel prefers and the memory that it needs.
  if (image.readUInt16LE(at.version) < 0x20a) return undefined;
  if (image.readBigUInt64LE(at.preferredAddress) !== BigInt(KERNEL_PLACE)) return undefined;
  return image.subarray(0, (image.readUInt8(at.setupSectors) + 1) * sectorBytes);
}

/**
 * The segments of a kernel that is an ELF file, as they lie in memory from its first byte on; `undefined` where they
 * don't fit between the kernel's place and what `start.S` has behind it. Pure.
 */
export function layOutKernel(elf: Buffer): Buffer | undefined {
  const headers = Number(elf.readBigUInt64LE(0x20));
  const headerBytes = elf.readUInt16LE(0x36);
  const segments = Array.from({ length: elf.readUInt16LE(0x38) }, (_, index) => {
    const header = headers + index * headerBytes;
    const number = (offset: number): number => Number(elf.readBigUInt64LE(header + offset));
    return {
      loaded: elf.readUInt32LE(header) === 1,
      from: number(0x08),
      place: number(0x18) - KERNEL_PLACE,
      bytes: number(0x20),
      memoryBytes: number(0x28),
    };
  }).filter(({ loaded }) => loaded);
  const end = Math.max(...segments.map(({ place, memoryBytes }) => place + memoryBytes));
  const entry = Number(elf.readBigUInt64LE(0x18));
  if (entry !== KERNEL_PLACE || end > TABLES_PLACE - KERNEL_PLACE) return undefined;
  if (segments.some(({ place }) => place < 0)) return undefined;
  const memory = Buffer.alloc(end);
  for (const { from, place, bytes } of segments) elf.copy(memory, place, from, from + bytes);
  return memory;
}

/**
 * Puts a bzImage together: the part in real mode as it was, then `start.S` as machine code, then the kernel as
 * {@link layOutKernel} gives it, packed by `lz4 -l`. Pure.
 */
export function writeBzImage(setup: Buffer, start: Buffer, packed: Buffer): Buffer {
  // `start.S` takes a length of 0 for the end.
  const length = Math.ceil((start.length + packed.length + 4) / 16) * 16;
  const code = Buffer.alloc(length);
  start.copy(code);
  packed.copy(code, start.length);
  code.writeUInt32LE(length / 4, lengthAt);
  const header = Buffer.from(setup);
  header.writeUInt32LE(length / 16, at.protectedUnits);
  header.writeUInt32LE(START_PLACE - KERNEL_PLACE + length, at.memoryNeeded);
  // There is one entry, the one in 32-bit mode: none in 64-bit mode, none that UEFI calls, which begins with "MZ".
  header.writeUInt16LE(0, at.dosMagic);
  header.writeUInt16LE(0, at.extendedFlags);
  header.writeUInt32LE(0, at.efiHandover);
  return Buffer.concat([header, code]);
}
