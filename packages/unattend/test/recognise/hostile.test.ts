import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnattendError, writeIso } from "../../src/index.ts";
import { bytesOf, type Bytes } from "../../src/recognise/image/bytes.ts";
import { recogniseImage } from "../../src/recognise/recognise-media.ts";
import { readWim } from "../../src/recognise/wim/images.ts";
import { udfImage } from "./support/udf-image.ts";

/** A WIM in memory, made by hand: header and XML. */
function wim(xml: string): Buffer {
  const text = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(xml, "utf16le")]);
  const header = Buffer.alloc(208);
  header.write("MSWIM\0\0\0", "latin1");
  header.writeUInt32LE(208, 8);
  header.writeUInt32LE(0x10d00, 12);
  header.writeUInt16LE(1, 40);
  header.writeUInt16LE(1, 42);
  header.writeUInt32LE(1, 44);
  header.writeBigUInt64LE(BigInt(text.length) | (2n << 56n), 72);
  header.writeBigUInt64LE(208n, 80);
  header.writeBigUInt64LE(BigInt(text.length), 88);
  return Buffer.concat([header, text]);
}

const image = `<WIM><IMAGE INDEX="1"><NAME>Windows 7 PROFESSIONAL</NAME><WINDOWS><ARCH>9</ARCH>
<EDITIONID>Professional</EDITIONID><INSTALLATIONTYPE>Client</INSTALLATIONTYPE>
<LANGUAGES><LANGUAGE>en-US</LANGUAGE><DEFAULT>en-US</DEFAULT></LANGUAGES>
<VERSION><MAJOR>6</MAJOR><MINOR>1</MINOR><BUILD>7601</BUILD></VERSION></WINDOWS></IMAGE></WIM>`;
const config = Buffer.from("[Channel]\r\nRetail\r\n");
const udf = udfImage({
  volumeId: "GRMCPRXFRER_EN_DVD",
  files: {
    "readme.txt": { content: Buffer.from("hello") },
    sources: {
      directory: {
        "install.wim": { content: wim(image), form: "continued" },
        "ei.cfg": { content: config, form: "embedded" },
      },
    },
  },
});
const joliet = writeIso({
  label: "X",
  files: { "sources/install.wim": wim(image), "sources/ei.cfg": config },
});

/** Counts what is read: a hostile image must not make the reader read it over and over. */
function counted(buffer: Buffer): { readonly bytes: Bytes; readonly read: () => number } {
  const bytes = bytesOf("hostile.iso", buffer);
  let read = 0;
  return {
    bytes: {
      ...bytes,
      read: (position, length) => {
        read += length;
        return bytes.read(position, length);
      },
    },
    read: () => read,
  };
}

/** Why the reader's behaviour at these bytes is not in order; undefined where it is. */
async function complaintAbout(buffer: Buffer): Promise<string | undefined> {
  const { bytes, read } = counted(buffer);
  const error: unknown = await recogniseImage(bytes).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (
    error !== undefined &&
    !(error instanceof UnattendError && error.code.startsWith("UNATTEND_ISO_"))
  )
    return inspect(error);
  // Bytes and not time: a busy machine is slow, too. Whoever loops reads more than this, or runs into the test's limit.
  return read() > 100 * 1024 * 1024 ? `${read()} bytes were read` : undefined;
}

/** The places that say something: not the empty ones between. */
function speaking(buffer: Buffer): number[] {
  return [...buffer.keys()].filter((at) => buffer[at] !== 0);
}

describe.each([
  ["UDF", udf],
  ["Joliet", joliet],
])("%s", (_name, sound) => {
  const places = speaking(sound);

  test("is read when it is sound", async () => {
    expect(await recogniseImage(bytesOf("sound.iso", sound))).toMatchObject({
      guests: ["7"],
      channel: "retail",
      editions: [{ index: 1, name: "Windows 7 PROFESSIONAL" }],
    });
  });

  test("any changed bytes give an answer or an error that says so", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.oneof(fc.constantFrom(...places), fc.nat(sound.length - 9)),
            fc.oneof(
              fc.uint8Array({ minLength: 1, maxLength: 8 }),
              fc.constantFrom(Buffer.alloc(4), Buffer.alloc(4, 0xff), Buffer.alloc(8, 0x7f)),
            ),
          ),
          { minLength: 1, maxLength: 6 },
        ),
        async (changes) => {
          const spoilt = Buffer.from(sound);
          for (const [at, bytes] of changes) spoilt.set(bytes, Math.min(at, spoilt.length - 9));
          expect(await complaintAbout(spoilt)).toBeUndefined();
        },
      ),
      { numRuns: 400, endOnFailure: true },
    );
  });

  test("so does any length that is left of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length), async (length) => {
        expect(await complaintAbout(sound.subarray(0, length))).toBeUndefined();
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });
});

test("any bytes at all are no ISO", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80_000 }), async (bytes) => {
      expect(await complaintAbout(Buffer.from(bytes))).toBeUndefined();
    }),
    { numRuns: 30, endOnFailure: true },
  );
});

describe("readWim", () => {
  test.each([
    ["a billion laughs", `<!DOCTYPE a [<!ENTITY a "ha">]><WIM>&a;</WIM>`, /document type/],
    ["depth", "<a>".repeat(100_000), /within each other/],
    ["another document", "", /empty document|can't be read/],
    ["no index", "<WIM><IMAGE/></WIM>", /no index/],
    ["a wrong end", "<WIM></WIN>", /can't be read/],
  ])("refuses %s", async (_name, xml, message) => {
    await expect(readWim(bytesOf("install.wim", wim(xml)))).rejects.toThrow(message);
  });

  test("refuses another file, another version, XML that is compressed or huge", async () => {
    for (const bytes of [
      change(0, 0),
      change(13, 9),
      change(79, 6),
      change(76, 1),
      change(85, 9),
    ]) {
      await expect(readWim(bytesOf("install.wim", bytes))).rejects.toMatchObject({
        code: "UNATTEND_ISO_DAMAGED",
      });
    }
  });
});

/** The sound WIM with one byte of its header changed. */
function change(at: number, value: number): Buffer {
  const bytes = wim(image);
  bytes.writeUInt8(value, at);
  return bytes;
}
