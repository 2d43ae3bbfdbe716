const PAGE = 0x1000;
const HEADER = 64;
const PROGRAM_HEADER = 56;
const SYMBOL = 24;
const DYNAMIC = 16;

/**
 * A shared library for x86-64 that only satisfies the dynamic linker: it has the name and the functions asked for, and
 * each of them ends the process (`ud2`). For a big library that a program is linked to but, as it is used here, never
 * calls. (System V ABI; glibc takes DT_HASH.)
 */
export function stubLibrary(soname: string, functions: readonly string[]): Buffer {
  const strings = stringTable([soname, ...functions]);
  const count = functions.length + 1;
  const symbolsAt = HEADER + 3 * PROGRAM_HEADER;
  const hashAt = symbolsAt + count * SYMBOL;
  // nbucket = 1: one chain through all symbols.
  const hashSize = 4 * (2 + 1 + count);
  const stringsAt = hashAt + hashSize;
  const codeAt = align(stringsAt + strings.bytes.byteLength, 16);
  const code = Buffer.from([0x0f, 0x0b]);
  const dynamicAt = PAGE;
  const tags: readonly (readonly [number, number])[] = [
    [14, strings.offset(soname)], // DT_SONAME
    [4, hashAt], // DT_HASH
    [5, stringsAt], // DT_STRTAB
    [6, symbolsAt], // DT_SYMTAB
    [10, strings.bytes.byteLength], // DT_STRSZ
    [11, SYMBOL], // DT_SYMENT
    [0, 0],
  ];
  if (codeAt + code.byteLength > PAGE)
    throw new RangeError(`too many functions for a stub of ${soname}`);
  const file = Buffer.alloc(dynamicAt + tags.length * DYNAMIC);

  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(3, 16); // ET_DYN
  file.writeUInt16LE(62, 18); // EM_X86_64
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(HEADER), 32);
  file.writeUInt16LE(HEADER, 52);
  file.writeUInt16LE(PROGRAM_HEADER, 54);
  file.writeUInt16LE(3, 56);
  file.writeUInt16LE(64, 58);

  const dynamicSize = tags.length * DYNAMIC;
  // Type, flags, offset (which is the address too), size.
  const segments: readonly (readonly [number, number, number, number])[] = [
    [1, 5, 0, codeAt + code.byteLength], // PT_LOAD, read and execute
    [1, 6, dynamicAt, dynamicSize], // PT_LOAD, read and write
    [2, 6, dynamicAt, dynamicSize], // PT_DYNAMIC
  ];
  for (const [index, [type, flags, at, size]] of segments.entries()) {
    const header = HEADER + index * PROGRAM_HEADER;
    file.writeUInt32LE(type, header);
    file.writeUInt32LE(flags, header + 4);
    for (const [field, value] of [at, at, at, size, size, type === 1 ? PAGE : 8].entries())
      file.writeBigUInt64LE(BigInt(value), header + 8 + field * 8);
  }
  for (const [index, name] of functions.entries()) {
    const symbol = symbolsAt + (index + 1) * SYMBOL;
    file.writeUInt32LE(strings.offset(name), symbol);
    file.writeUInt8(0x12, symbol + 4); // STB_GLOBAL, STT_FUNC
    file.writeUInt16LE(1, symbol + 6); // any defined section
    file.writeBigUInt64LE(BigInt(codeAt), symbol + 8);
    file.writeBigUInt64LE(BigInt(code.byteLength), symbol + 16);
  }
  file.writeUInt32LE(1, hashAt);
  file.writeUInt32LE(count, hashAt + 4);
  file.writeUInt32LE(functions.length > 0 ? 1 : 0, hashAt + 8);
  for (let index = 1; index < count; index += 1)
    file.writeUInt32LE(index + 1 < count ? index + 1 : 0, hashAt + 12 + index * 4);
  file.set(strings.bytes, stringsAt);
  file.set(code, codeAt);
  for (const [index, [tag, value]] of tags.entries()) {
    file.writeBigUInt64LE(BigInt(tag), dynamicAt + index * DYNAMIC);
    file.writeBigUInt64LE(BigInt(value), dynamicAt + index * DYNAMIC + 8);
  }
  return file;
}

function align(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

function stringTable(words: readonly string[]): {
  readonly bytes: Buffer;
  readonly offset: (word: string) => number;
} {
  const offsets = new Map<string, number>();
  let text = "\0";
  for (const word of words) {
    if (offsets.has(word)) continue;
    offsets.set(word, text.length);
    text += `${word}\0`;
  }
  return { bytes: Buffer.from(text, "latin1"), offset: (word) => offsets.get(word) ?? 0 };
}
