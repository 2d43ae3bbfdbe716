import { DebianImageError } from "../errors.ts";

// System V ABI, ELF-64 object file format; only little-endian 64-bit files (x86-64, arm64) are read.
const SHT_DYNAMIC = 6;
const SHT_DYNSYM = 11;
const DT_NEEDED = 1;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** Whether bytes are an ELF file at all. */
export function isElf(bytes: Uint8Array): boolean {
  return (
    bytes.byteLength > 4 &&
    bytes[0] === 0x7f &&
    bytes[1] === 0x45 &&
    bytes[2] === 0x4c &&
    bytes[3] === 0x46
  );
}

/** What an ELF file wants from the dynamic linker. */
export interface ElfNeeds {
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  /** DT_RUNPATH or DT_RPATH, split; may hold `$ORIGIN`. */
  readonly searchPath: readonly string[];
  /** The dynamic linker that the file names (`/lib64/ld-linux-x86-64.so.2`); a library names none. */
  readonly interpreter?: string | undefined;
}

/** Reads the needed libraries of an ELF-64 file. A static one needs none. */
export function readElfNeeds(bytes: Uint8Array): ElfNeeds {
  const view = viewOf(bytes);
  const sections = readSections(bytes);
  const dynamic = sections.find(({ type }) => type === SHT_DYNAMIC);
  const interp = sections.find(({ name }) => name === ".interp");
  const interpreter = interp && cString(bytes, interp.offset);
  const strings = dynamic && sections[dynamic.link];
  if (dynamic === undefined || strings === undefined) return { needed: [], searchPath: [] };
  const needed: string[] = [];
  const searchPath: string[] = [];
  for (let at = dynamic.offset; at + 16 <= dynamic.offset + dynamic.size; at += 16) {
    const tag = Number(view.getBigInt64(at, true));
    const value = (): string =>
      cString(bytes, strings.offset + Number(view.getBigUint64(at + 8, true)));
    if (tag === DT_NEEDED) needed.push(value());
    if (tag === DT_RPATH || tag === DT_RUNPATH) searchPath.push(...value().split(":"));
  }
  return { needed, searchPath, ...(interpreter !== undefined && { interpreter }) };
}

/** The names in a file's dynamic symbol table. */
export interface DynamicSymbols {
  /** What it offers to others. */
  readonly defined: readonly string[];
  /** What it wants of others. */
  readonly undefined: readonly string[];
}

/** Reads the dynamic symbols of an ELF-64 file; a static one has none. */
export function readDynamicSymbols(bytes: Uint8Array): DynamicSymbols {
  const view = viewOf(bytes);
  const sections = readSections(bytes);
  const table = sections.find(({ type }) => type === SHT_DYNSYM);
  const strings = table && sections[table.link];
  const defined: string[] = [];
  const wanted: string[] = [];
  if (table === undefined || strings === undefined) return { defined, undefined: wanted };
  // The first entry is no symbol.
  for (let at = table.offset + 24; at + 24 <= table.offset + table.size; at += 24) {
    const name = cString(bytes, strings.offset + view.getUint32(at, true));
    if (view.getUint16(at + 6, true) === 0) wanted.push(name);
    else defined.push(name);
  }
  return { defined, undefined: wanted };
}

/** The `key=value` pairs of a kernel module's `.modinfo` section. */
export function readModuleInfo(
  bytes: Uint8Array,
): { readonly key: string; readonly value: string }[] {
  const section = readSections(bytes).find(({ name }) => name === ".modinfo");
  if (section === undefined) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + section.offset, section.size).toString(
    "latin1",
  );
  return text
    .split("\0")
    .filter((item) => item.includes("="))
    .map((item) => ({
      key: item.slice(0, item.indexOf("=")),
      value: item.slice(item.indexOf("=") + 1),
    }));
}

function readSections(bytes: Uint8Array): Section[] {
  if (!isElf(bytes) || bytes.byteLength < 64 || bytes[4] !== 2 || bytes[5] !== 1)
    throw bad("not a little-endian 64-bit ELF file");
  const view = viewOf(bytes);
  try {
    const start = Number(view.getBigUint64(0x28, true));
    const entrySize = view.getUint16(0x3a, true);
    const count = view.getUint16(0x3c, true);
    const namesIndex = view.getUint16(0x3e, true);
    const raw = Array.from({ length: count }, (_, index) => {
      const at = start + index * entrySize;
      return {
        nameOffset: view.getUint32(at, true),
        type: view.getUint32(at + 4, true),
        offset: Number(view.getBigUint64(at + 0x18, true)),
        size: Number(view.getBigUint64(at + 0x20, true)),
        link: view.getUint32(at + 0x28, true),
      };
    });
    const names = raw[namesIndex]?.offset ?? 0;
    return raw.map(({ nameOffset, ...section }) => ({
      ...section,
      name: cString(bytes, names + nameOffset),
    }));
  } catch (cause) {
    if (cause instanceof RangeError) throw bad("the file is cut short");
    throw cause;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function cString(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  if (start > bytes.byteLength || end === -1) throw bad("a string runs past the end");
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

function bad(happened: string): DebianImageError {
  return new DebianImageError({
    code: "DEBIAN_IMAGE_BAD_ELF",
    asked: "read an ELF file",
    happened,
  });
}
