import { crc16 } from "../../../src/recognise/udf/descriptor.ts";

/** A file or directory of a UDF image that is made in memory. */
export type UdfEntry = UdfFile | { readonly directory: Readonly<Record<string, UdfEntry>> };

export interface UdfFile {
  readonly content: Buffer;
  /** How the content is described; `short` when absent. */
  readonly form?: "short" | "long" | "embedded" | "extended" | "continued";
}

export interface UdfImageOptions {
  readonly volumeId?: string;
  readonly files: Readonly<Record<string, UdfEntry>>;
  /** Where the anchors are; 256 when absent. `last` is the last sector. */
  readonly anchors?: readonly (number | "last")[];
  /** Spoils the main sequence of volume descriptors. */
  readonly spoilMain?: boolean;
}

const block = 2048;
const partitionFirst = 300;

/** A UDF 1.02 image: another way to write down ECMA-167 than the reader's, so that the two check each other. */
export function udfImage(options: UdfImageOptions): Buffer {
  const blocks: Buffer[] = [];
  const add = (bytes: Buffer): number => {
    const at = blocks.length;
    for (let from = 0; from === 0 || from < bytes.length; from += block) {
      const sector = Buffer.alloc(block);
      bytes.copy(sector, 0, from, from + block);
      blocks.push(sector);
    }
    return at;
  };
  add(Buffer.alloc(0)); // the file set descriptor goes here
  const writeEntry = (entry: UdfEntry): number => {
    if ("content" in entry) return writeFile(entry.content, entry.form ?? "short", 5);
    const at = blocks.length + 1; // one block before: nothing of it is read
    add(Buffer.alloc(0));
    const own = add(Buffer.alloc(0));
    const children = Object.entries(entry.directory).map(([name, child]) => ({
      name,
      directory: "directory" in child,
      icb: writeEntry(child),
    }));
    const content = Buffer.concat([
      identifier({ name: "", directory: true, icb: own, parent: true }),
      ...children.map((child) => identifier(child)),
    ]);
    const data = add(content);
    blocks[own] = fileEntry({ type: 4, size: content.length, location: own, form: "short", data });
    return at;
  };
  const writeFile = (content: Buffer, form: NonNullable<UdfFile["form"]>, type: number): number => {
    const own = add(Buffer.alloc(0));
    const data = form === "embedded" ? content : add(content);
    const next = form === "continued" ? add(Buffer.alloc(0)) : undefined;
    if (next !== undefined && typeof data === "number") {
      const extent = Buffer.alloc(24 + 8);
      extent.writeUInt32LE(8, 20);
      extent.writeUInt32LE(content.length, 24);
      extent.writeUInt32LE(data, 28);
      blocks[next] = tagged(258, next, extent);
    }
    blocks[own] = fileEntry({ type, size: content.length, location: own, form, data, next });
    return own;
  };
  const root = writeEntry({ directory: options.files });
  const fileSet = Buffer.alloc(512);
  longAd(root, block).copy(fileSet, 400);
  blocks[0] = tagged(256, 0, fileSet);
  return assemble(options, blocks);
}

function assemble(options: UdfImageOptions, blocks: readonly Buffer[]): Buffer {
  const total = Math.max(partitionFirst + blocks.length + 1, 600);
  const image = Buffer.alloc(total * block);
  for (const [at, id] of ["BEA01", "NSR02", "TEA01"].entries()) {
    image.write(`\0${id}\x01`, (16 + at) * block, "latin1");
  }
  const sequence = (first: number): void => {
    const logical = Buffer.alloc(446);
    dstring(options.volumeId ?? "UDF_TEST", 128).copy(logical, 84);
    logical.writeUInt32LE(block, 212);
    longAd(0, block).copy(logical, 248);
    logical.writeUInt32LE(6, 264);
    logical.writeUInt32LE(1, 268);
    logical.writeUInt8(1, 440);
    logical.writeUInt8(6, 441);
    const partition = Buffer.alloc(356);
    partition.writeUInt32LE(partitionFirst, 188);
    partition.writeUInt32LE(blocks.length, 192);
    tagged(5, first, partition).copy(image, first * block);
    tagged(6, first + 1, logical).copy(image, (first + 1) * block);
    tagged(8, first + 2, Buffer.alloc(32)).copy(image, (first + 2) * block);
  };
  sequence(32);
  sequence(64);
  if (options.spoilMain === true) image.fill(0xa5, 33 * block, 34 * block);
  for (const place of options.anchors ?? [256]) {
    const at = place === "last" ? total - 1 : place;
    const anchor = Buffer.alloc(512);
    anchor.writeUInt32LE(16 * block, 16);
    anchor.writeUInt32LE(32, 20);
    anchor.writeUInt32LE(16 * block, 24);
    anchor.writeUInt32LE(64, 28);
    tagged(2, at, anchor).copy(image, at * block);
  }
  for (const [at, bytes] of blocks.entries()) bytes.copy(image, (partitionFirst + at) * block);
  return image;
}

interface EntryParts {
  readonly type: number;
  readonly size: number;
  readonly location: number;
  readonly form: NonNullable<UdfFile["form"]>;
  readonly data: number | Buffer;
  readonly next?: number | undefined;
}

function fileEntry({ type, size, location, form, data, next }: EntryParts): Buffer {
  const head = form === "extended" ? 216 : 176;
  const allocation = allocationOf(form, size, data, next);
  const entry = Buffer.alloc(head + allocation.length);
  entry.writeUInt16LE(4, 20);
  entry.writeUInt8(type, 27);
  entry.writeUInt16LE(form === "embedded" ? 3 : form === "long" ? 1 : 0, 34);
  entry.writeBigUInt64LE(BigInt(size), 56);
  entry.writeUInt32LE(allocation.length, head - 4);
  allocation.copy(entry, head);
  return tagged(form === "extended" ? 266 : 261, location, entry);
}

function allocationOf(
  form: EntryParts["form"],
  size: number,
  data: number | Buffer,
  next: number | undefined,
): Buffer {
  if (typeof data !== "number") return data;
  if (form === "long") return longAd(data, size);
  const short = Buffer.alloc(8);
  // The two highest bits: 3 says that further descriptors lie there.
  short.writeUInt32LE(next === undefined ? size : (0xc0000000 | block) >>> 0, 0);
  short.writeUInt32LE(next ?? data, 4);
  return short;
}

function identifier(child: {
  readonly name: string;
  readonly directory: boolean;
  readonly icb: number;
  readonly parent?: boolean;
}): Buffer {
  const name = child.name === "" ? Buffer.alloc(0) : compressed(child.name);
  const bytes = Buffer.alloc(Math.ceil((38 + name.length) / 4) * 4);
  bytes.writeUInt16LE(1, 16);
  bytes.writeUInt8((child.directory ? 2 : 0) | (child.parent === true ? 8 : 0), 18);
  bytes.writeUInt8(name.length, 19);
  longAd(child.icb, block).copy(bytes, 20);
  name.copy(bytes, 38);
  return tagged(257, 0, bytes);
}

function longAd(location: number, length: number): Buffer {
  const ad = Buffer.alloc(16);
  ad.writeUInt32LE(length, 0);
  ad.writeUInt32LE(location, 4);
  return ad;
}

function compressed(text: string): Buffer {
  if (/^[\0-\u00ff]*$/.test(text))
    return Buffer.concat([Buffer.of(8), Buffer.from(text, "latin1")]);
  return Buffer.concat([Buffer.of(16), Buffer.from(text, "utf16le").swap16()]);
}

function dstring(text: string, length: number): Buffer {
  const field = Buffer.alloc(length);
  const used = compressed(text).copy(field);
  field.writeUInt8(used, length - 1);
  return field;
}

/** Fills in the tag: kind, checksum, CRC, place. */
function tagged(kind: number, location: number, descriptor: Buffer): Buffer {
  descriptor.writeUInt16LE(kind, 0);
  descriptor.writeUInt16LE(2, 2);
  descriptor.writeUInt16LE(crc16(descriptor.subarray(16)), 8);
  descriptor.writeUInt16LE(descriptor.length - 16, 10);
  descriptor.writeUInt32LE(location, 12);
  descriptor.writeUInt8(0, 4);
  let sum = 0;
  for (let at = 0; at < 16; at += 1) sum += descriptor.readUInt8(at);
  descriptor.writeUInt8(sum & 0xff, 4);
  return descriptor;
}
