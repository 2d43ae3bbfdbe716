import { crc32, deflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A picture in binary PPM ("P6", 8 bits) as PNG: for a QEMU that writes no PNG itself. (RFC 2083; the `ppm` manual
 * page of Netpbm)
 *
 * @throws {TypeError} when the input is not such a picture
 */
export function ppmToPng(ppm: Uint8Array): Buffer {
  const bytes = Buffer.from(ppm.buffer, ppm.byteOffset, ppm.byteLength);
  const head = /^P6\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s/.exec(
    bytes.subarray(0, 200).toString("latin1"),
  );
  if (head === null) throw new TypeError("not a binary PPM picture of 8 bits");
  const [text, width, height] = [head[0], Number(head[1]), Number(head[2])];
  const pixels = bytes.subarray(text.length);
  const stride = width * 3;
  if (pixels.length !== stride * height) throw new TypeError("the PPM picture is cut off");
  // Each line is preceded by its filter; 0 is none.
  const lines = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y += 1) {
    pixels.copy(lines, y * (stride + 1) + 1, y * stride, (y + 1) * stride);
  }
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  // 8 bits, RGB, and the only compression, filtering and order there is.
  size.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", size),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
