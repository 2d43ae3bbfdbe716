/** Section header: 40 bytes (Microsoft, PE format). */
const SECTION_BYTES = 40;

/**
 * A PE file without its debug sections. Debian ships Wine's libraries with DWARF data: 640 MB, of which a guest uses
 * 150. The sections named `.debug_…` are the last ones of each file, so the file ends where the first of them starts;
 * the symbol table behind them, which also holds their long names, goes too.
 *
 * @returns The shortened bytes, or the given ones where the file is no PE file or has no such sections at its end.
 */
export function stripDebug(bytes: Buffer): Buffer {
  const headers = locateHeaders(bytes);
  if (headers === undefined) return bytes;
  const { file, optional, sections } = headers;
  const keep = sections.findIndex(({ name }) => name.startsWith(".debug_"));
  if (keep < 1) return bytes;
  const gone = sections.slice(keep);
  if (gone.some(({ name }) => !name.startsWith(".debug_"))) return bytes;
  const end = Math.min(...gone.map(({ rawOffset }) => rawOffset));
  const last = sections[keep - 1];
  if (last === undefined || end < last.rawOffset + last.rawSize) return bytes;
  const alignment = bytes.readUInt32LE(optional + 32);
  const result = Buffer.from(bytes.subarray(0, end));
  result.writeUInt16LE(keep, file + 2);
  result.writeUInt32LE(0, file + 8);
  result.writeUInt32LE(0, file + 12);
  const top = last.address + Math.max(last.virtualSize, last.rawSize);
  result.writeUInt32LE(Math.ceil(top / alignment) * alignment, optional + 56);
  result.fill(
    0,
    headers.table + keep * SECTION_BYTES,
    headers.table + sections.length * SECTION_BYTES,
  );
  return result;
}

interface Section {
  readonly name: string;
  readonly virtualSize: number;
  readonly address: number;
  readonly rawSize: number;
  readonly rawOffset: number;
}

interface Headers {
  /** Offset of the file header (behind the signature). */
  readonly file: number;
  readonly optional: number;
  readonly table: number;
  readonly sections: readonly Section[];
}

function locateHeaders(bytes: Buffer): Headers | undefined {
  if (bytes.length < 64 || bytes.toString("latin1", 0, 2) !== "MZ") return undefined;
  const file = bytes.readUInt32LE(60) + 4;
  if (bytes.length < file + 20 || bytes.toString("latin1", file - 4, file) !== "PE\0\0")
    return undefined;
  const optional = file + 20;
  const table = optional + bytes.readUInt16LE(file + 16);
  const count = bytes.readUInt16LE(file + 2);
  const strings = bytes.readUInt32LE(file + 8) + bytes.readUInt32LE(file + 12) * 18;
  if (bytes.length < table + count * SECTION_BYTES || optional + 60 > table) return undefined;
  const sections = Array.from({ length: count }, (_, at) => {
    const start = table + at * SECTION_BYTES;
    return {
      name: sectionName(bytes, start, strings),
      virtualSize: bytes.readUInt32LE(start + 8),
      address: bytes.readUInt32LE(start + 12),
      rawSize: bytes.readUInt32LE(start + 16),
      rawOffset: bytes.readUInt32LE(start + 20),
    };
  });
  return { file, optional, table, sections };
}

// Longer than eight characters: `/` and the offset in the string table behind the symbols.
function sectionName(bytes: Buffer, start: number, strings: number): string {
  const short = cString(bytes, start, start + 8);
  const match = /^\/(\d+)$/.exec(short);
  if (match === null) return short;
  const at = strings + Number(match[1]);
  return at < bytes.length ? cString(bytes, at, bytes.length) : short;
}

function cString(bytes: Buffer, start: number, limit: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString("latin1", start, end === -1 || end > limit ? limit : end);
}
