/** What a plain reader finds in an ISO image: the way through directory records, checked against the path table. */
export function readIso(
  image: Buffer,
  names: "plain" | "joliet",
): { label: string; files: Record<string, Buffer> } {
  const descriptor = sector(image, names === "plain" ? 16 : 17);
  const text = (bytes: Buffer): string =>
    names === "plain" ? bytes.toString("latin1") : Buffer.from(bytes).swap16().toString("utf16le");
  const files: Record<string, Buffer> = {};
  const directories: number[] = [];
  const walk = (record: Buffer, path: string): void => {
    const start = record.readUInt32LE(2);
    directories.push(start);
    for (const entry of records(image, start, record.readUInt32LE(10))) {
      const identifier = entry.subarray(33, 33 + entry.readUInt8(32));
      if (identifier.length === 1 && identifier.readUInt8(0) < 2) continue;
      const name = text(identifier);
      const below = path === "" ? name : `${path}/${name}`;
      if ((entry.readUInt8(25) & 2) !== 0) {
        walk(entry, below);
      } else {
        const at = entry.readUInt32LE(2) * 2048;
        files[below.replace(/;1$/, "")] = image.subarray(at, at + entry.readUInt32LE(10));
      }
    }
  };
  walk(descriptor.subarray(156, 190), "");
  checkPathTable(image, descriptor, directories);
  if (descriptor.readUInt32LE(80) * 2048 !== image.length) throw new Error("volume size");
  return { label: text(descriptor.subarray(40, 72)).trimEnd(), files };
}

function* records(image: Buffer, start: number, length: number): Generator<Buffer> {
  let at = start * 2048;
  const end = at + length;
  while (at < end) {
    const size = image.readUInt8(at);
    if (size === 0) {
      at = (Math.floor(at / 2048) + 1) * 2048; // the rest of a sector is empty
      continue;
    }
    if (Math.floor(at / 2048) !== Math.floor((at + size - 1) / 2048)) throw new Error("crosses");
    const record = image.subarray(at, at + size);
    if (record.readUInt32LE(2) !== record.readUInt32BE(6)) throw new Error("byte orders differ");
    if (record.readUInt32LE(10) !== record.readUInt32BE(14)) throw new Error("byte orders differ");
    yield record;
    at += size;
  }
}

/** Both path tables have to list the directories that the records lead to. */
function checkPathTable(image: Buffer, descriptor: Buffer, directories: number[]): void {
  const length = descriptor.readUInt32LE(132);
  const little = descriptor.readUInt32LE(140) * 2048;
  const big = descriptor.readUInt32BE(148) * 2048;
  const listed: number[] = [];
  for (let at = 0; at < length;) {
    const size = image.readUInt8(little + at);
    const start = image.readUInt32LE(little + at + 2);
    if (start !== image.readUInt32BE(big + at + 2)) throw new Error("path tables differ");
    listed.push(start);
    at += 8 + size + (size % 2);
  }
  if (sorted(listed) !== sorted(directories)) throw new Error("path table and records differ");
}

function sector(image: Buffer, number: number): Buffer {
  return image.subarray(number * 2048, (number + 1) * 2048);
}

function sorted(numbers: number[]): string {
  return numbers.toSorted((a, b) => a - b).join();
}
