import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { bzImagePayload, compactElf, unpackKernelImage } from "../../src/kernel/vmlinux.ts";
import { leanModule } from "../../src/kernel/lean-module.ts";

/** A small ELF with the segments of a kernel: code with a note in it, and data that ends in zeros. */
function kernel(noteType: number): Buffer {
  const elf = Buffer.alloc(0x6000);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(3, 56);
  const header = (
    index: number,
    type: number,
    at: number,
    physical: number,
    size: number,
  ): void => {
    const start = 64 + index * 56;
    elf.writeUInt32LE(type, start);
    for (const [field, value] of [at, physical, physical, size, size + 0x1000].entries())
      elf.writeBigUInt64LE(BigInt(value), start + 8 + field * 8);
  };
  header(0, 1, 0x2000, 0x1000000, 0x800);
  header(1, 1, 0x4000, 0x2000000, 0x2000);
  header(2, 4, 0x2100, 0x1000100, 20);
  elf.fill(0x90, 0x2000, 0x2100);
  elf.writeUInt32LE(4, 0x2100);
  elf.writeUInt32LE(4, 0x2104);
  elf.writeUInt32LE(noteType, 0x2108);
  elf.write("Xen\0", 0x210c, "latin1");
  elf.write("data", 0x4000, "latin1");
  return elf;
}

function bzImage(payload: Buffer): Buffer {
  const image = Buffer.alloc(0x400);
  image.writeUInt8(1, 0x1f1);
  image.writeUInt32LE(0x53726448, 0x202);
  image.writeUInt16LE(0x20f, 0x206);
  image.writeUInt32LE(0x100, 0x248);
  image.writeUInt32LE(payload.byteLength + 4, 0x24c);
  return Buffer.concat([image, Buffer.alloc(0x100), payload, Buffer.alloc(4)]);
}

test.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
] as const)("a kernel packed with %s comes out as a bare ELF file", async (compression, pack) => {
  const image = bzImage(pack(kernel(18)));
  expect(bzImagePayload(image)?.compression).toBe(compression);
  const bare = await unpackKernelImage(image);
  expect(bare).toEqual(compactElf(kernel(18)));
});

test("the bare file has the same segments at the same places, without padding and zeros", () => {
  const bare = compactElf(kernel(18));
  if (bare === undefined) throw new Error("no kernel");
  const segment = (
    index: number,
  ): { type: number; at: number; physical: number; size: number; memory: number } => {
    const start = 64 + index * 56;
    const field = (offset: number): number => Number(bare.readBigUInt64LE(start + offset));
    return {
      type: bare.readUInt32LE(start),
      at: field(8),
      physical: field(24),
      size: field(32),
      memory: field(40),
    };
  };
  expect(bare.readUInt16LE(56)).toBe(3);
  expect(segment(0)).toEqual({
    type: 1,
    at: 0x1000,
    physical: 0x1000000,
    size: 0x114,
    memory: 0x1800,
  });
  expect(segment(1)).toMatchObject({ type: 1, physical: 0x2000000, size: 4, memory: 0x3000 });
  expect(bare.toString("latin1", segment(1).at, segment(1).at + 4)).toBe("data");
  // The note is where its segment went.
  expect(segment(2)).toMatchObject({ type: 4, at: 0x1100, size: 20 });
  expect(bare.byteLength).toBeLessThan(0x1200);
});

test("a kernel without the PVH entry stays packed", () => {
  expect(compactElf(kernel(6))).toBeUndefined();
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["no kernel", Buffer.alloc(0x1000)],
  ["an unknown compression", bzImage(Buffer.from("LZ4?????"))],
])("%s has no payload", async (_what, bytes) => {
  expect(bzImagePayload(bytes)).toBeUndefined();
  expect(await unpackKernelImage(bytes)).toBeUndefined();
});

test("a module loses its signature and its type data's name, nothing else", () => {
  const body = Buffer.from("\x7fELF code \0.text\0.BTF\0.shstrtab\0", "latin1");
  const info = Buffer.alloc(12);
  info.writeUInt32BE(5, 8);
  const signed = Buffer.concat([
    body,
    Buffer.from("12345"),
    info,
    Buffer.from("~Module signature appended~\n"),
  ]);
  const lean = body.toString("latin1").replace(".BTF", ".NTF");
  expect(leanModule(signed).toString("latin1")).toBe(lean);
  expect(leanModule(body).toString("latin1")).toBe(lean);
  expect(leanModule(Buffer.from("x"))).toEqual(Buffer.from("x"));
});
