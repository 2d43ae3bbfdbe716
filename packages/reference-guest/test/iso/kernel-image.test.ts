import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { layOutKernel, realModePart, writeBzImage } from "../../src/iso/kernel-image.ts";
import { writeKernel } from "../../src/iso/write-kernel.ts";

const xz = Buffer.from("fd377a585a00", "hex");

interface Segment {
  readonly place: number;
  readonly content: string;
  readonly memoryBytes?: number;
}

/** A kernel as an ELF file with segments to load, of the entry given. */
function elf(segments: readonly Segment[], entry = 0x1000000): Buffer {
  const file = Buffer.alloc(0x400);
  file.writeBigUInt64LE(BigInt(entry), 0x18);
  file.writeBigUInt64LE(0x40n, 0x20);
  file.writeUInt16LE(56, 0x36);
  file.writeUInt16LE(segments.length + 1, 0x38);
  file.write("\x7fELF\x02", "latin1");
  const header = 0x40;
  file.writeUInt32LE(4, header);
  file.writeBigUInt64LE(0x3c0n, header + 0x08);
  file.writeBigUInt64LE(24n, header + 0x20);
  // Xen's note of the entry of PVH.
  for (const [at, value] of [4, 8, 18].entries()) file.writeUInt32LE(value, 0x3c0 + at * 4);
  file.write("Xen\0", 0x3cc);
  segments.forEach(({ place, content, memoryBytes }, index) => {
    const own = header + (index + 1) * 56;
    const from = 0x200 + index * 0x40;
    file.writeUInt32LE(1, own);
    file.writeBigUInt64LE(BigInt(from), own + 0x08);
    file.writeBigUInt64LE(BigInt(place), own + 0x18);
    file.writeBigUInt64LE(BigInt(content.length), own + 0x20);
    file.writeBigUInt64LE(BigInt(memoryBytes ?? content.length), own + 0x28);
    file.write(content, from);
  });
  return file;
}

/** A bzImage with one sector of set-up beside the first, and what is packed right behind. */
function bzImage(packed: Buffer, change: (image: Buffer) => void = () => {}): Buffer {
  const setup = Buffer.alloc(1024);
  setup.write("MZ");
  setup[0x1f1] = 1;
  setup.write("HdrS", 0x202);
  setup.writeUInt16LE(0x20f, 0x206);
  setup.writeUInt16LE(0x7f, 0x236);
  setup.writeUInt32LE(0x10, 0x248);
  setup.writeUInt32LE(packed.length + 4, 0x24c);
  setup.writeBigUInt64LE(0x1000000n, 0x258);
  setup.writeUInt32LE(0x7c8db0, 0x264);
  change(setup);
  return Buffer.concat([setup, Buffer.alloc(0x10), packed, Buffer.alloc(4), Buffer.alloc(32)]);
}

test.each<[string, Buffer]>([
  ["too short", Buffer.alloc(600)],
  ["no kernel", Buffer.alloc(4096)],
  ["of an old protocol", bzImage(xz, (image) => image.writeUInt16LE(0x209, 0x206))],
  ["linked elsewhere", bzImage(xz, (image) => image.writeBigUInt64LE(0x2000000n, 0x258))],
  ["packed by what is not known here", bzImage(Buffer.from("4c5a4950", "hex"))],
])("an image is left alone that is %s", async (_, image) => {
  const directory = temporaryDirectory();
  const [file, written] = [join(directory, "vmlinuz"), join(directory, "written")];
  writeFileSync(file, image);
  const options = { work: directory, signal: new AbortController().signal };
  expect(await writeKernel(file, written, options)).toBe(false);
  expect(readFileSync(written).equals(image)).toBe(true);
});

test("segments are laid out as they lie in memory", () => {
  const memory = layOutKernel(
    elf([
      { place: 0x1000000, content: "text" },
      { place: 0x1000010, content: "data", memoryBytes: 0x1000 },
    ]),
  );
  expect(memory).toHaveLength(0x1010);
  expect(memory?.toString("latin1", 0, 24)).toBe(`text${"\0".repeat(12)}data\0\0\0\0`);
});

test.each<[string, Buffer]>([
  ["begins elsewhere", elf([{ place: 0x1000000, content: "text" }], 0x1000100)],
  ["lies too low", elf([{ place: 0xf00000, content: "text" }])],
  ["is too large", elf([{ place: 0x1000000, content: "text", memoryBytes: 0x3f00001 }])],
])("a kernel is left alone that %s", (_, file) => {
  expect(layOutKernel(file)).toBeUndefined();
});

test("the header says how much there is, and that there is one entry", () => {
  const setup = realModePart(bzImage(xz)) ?? Buffer.alloc(0);
  expect(setup).toHaveLength(1024);
  const image = writeBzImage(setup, Buffer.alloc(448, 1), Buffer.alloc(1001, 2));
  const code = image.subarray(1024);
  expect(code.length % 16).toBe(0);
  expect(image.readUInt32LE(0x1f4) * 16).toBe(code.length);
  expect(code.readUInt32LE(4) * 4).toBe(code.length);
  expect(code.readUInt32LE(448 + 1001)).toBe(0);
  expect(image.toString("latin1", 0, 2)).not.toBe("MZ");
  expect(image.readUInt16LE(0x236)).toBe(0);
  expect(image.readUInt32LE(0x264)).toBe(0);
  expect(image.readUInt32LE(0x260)).toBe(0x4000000 + code.length);
});

test("a kernel packed by xz becomes one packed by LZ4", { tags: ["host"] }, async (context) => {
  requirePrograms(context, {
    xz: "xz-utils",
    lz4: "lz4",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
  });
  const directory = temporaryDirectory();
  const file = join(directory, "vmlinux");
  writeFileSync(file, elf([{ place: 0x1000000, content: "the kernel" }]));
  await runProgram("xz", ["--check=crc32", file]);
  writeFileSync(file, bzImage(readFileSync(`${file}.xz`)));
  const work = join(directory, "work");
  mkdirSync(work);
  const options = { work, signal: new AbortController().signal };
  expect(await writeKernel(file, join(directory, "made"), options)).toBe(true);
  const made = readFileSync(join(directory, "made"));
  // The magic number of `lz4 -l`, behind the machine code; then the one block, whose end are the literals.
  const packed = made.indexOf(Buffer.from("02214c18", "hex"));
  expect(packed % 16).toBe(0);
  const length = made.readUInt32LE(packed + 4);
  expect(made.subarray(packed + 8, packed + 8 + length).toString("latin1")).toMatch(/the kernel$/);
});
