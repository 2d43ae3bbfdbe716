import { PassThrough, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createExchange, LastWord } from "../src/index.ts";
import { temporaryDirectory } from "@winvm/test-kit";
import { Collector } from "./support/collector.ts";

const nonce = "nonce-0123456789";
const line = `\x1enonce=${nonce}\tepoch=1700000000\tkind=exited\texitCode=7\tend=${nonce}\n`;

/** What comes through, and the record, when bytes are written in these pieces. */
async function through(pieces: readonly Uint8Array[]) {
  const passed = new Collector();
  const word = new LastWord(nonce, passed);
  for (const piece of pieces) word.write(piece);
  word.end();
  await finished(word);
  return { passed: passed.bytes, record: word.record };
}

/** Bytes cut in pieces. */
function cut(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.byteLength + 1)), bytes.byteLength];
  const sorted = at.toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe("LastWord", () => {
  /** Bytes of which many look like the beginning of a record. */
  const noise = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
        fc.nat(line.length - 1).map((length) => Buffer.from(line.slice(0, length))),
      ),
      { maxLength: 6 },
    )
    .map((parts) => Buffer.concat(parts))
    .filter((bytes) => !bytes.includes(`\x1enonce=${nonce}\t`));
  const places = fc.array(fc.nat(), { maxLength: 8 });

  test("takes the record out, however it is cut, and passes on what is before and behind it", async () => {
    await fc.assert(
      fc.asyncProperty(noise, noise, places, async (before, behind, at) => {
        const bytes = Buffer.concat([before, Buffer.from(line), behind]);
        const { passed, record } = await through(cut(bytes, at));
        expect(passed).toEqual(Buffer.concat([before, behind]));
        expect(record).toBe(line.slice(1).replaceAll("\t", "\n"));
      }),
    );
  });

  test("passes everything on where there is none", async () => {
    await fc.assert(
      fc.asyncProperty(noise, places, async (bytes, at) => {
        expect(await through(cut(bytes, at))).toEqual({ passed: bytes, record: undefined });
      }),
    );
  });

  test("passes a cut-off or endless record on, and knows none", async () => {
    for (const text of [line.slice(0, -1), line.replace("\n", "x".repeat(2000))]) {
      expect(await through([Buffer.from(text)])).toEqual({
        passed: Buffer.from(text),
        record: undefined,
      });
    }
  });

  test("keeps nothing back that can't begin a record", async () => {
    const passed = new PassThrough();
    const word = new LastWord(nonce, passed);
    word.write("working \x1e…");
    expect(String(passed.read())).toBe("working \x1e…");
    word.write("?\x1enonce=");
    expect(String(passed.read())).toBe("?");
    word.destroy();
  });

  test("waits where its target is slow, and breaks where that is gone", async () => {
    const steps: (() => void)[] = [];
    const slow = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => void steps.push(done),
    });
    const word = new LastWord(nonce, slow);
    let told = 0;
    word.write("one", () => (told += 1));
    word.write("two", () => (told += 1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe(0);
    steps.shift()?.();
    await expect.poll(() => told).toBe(1);
    const broken = finished(word);
    slow.destroy();
    await expect(broken).rejects.toThrow("the stream for the command's errors was closed");
  });

  test("ends with an error where its target goes while the rest waits for it", async () => {
    const stuck = new Writable({ highWaterMark: 1, write: () => {} });
    const word = new LastWord(nonce, stuck);
    word.end(line.slice(0, 9));
    const broken = finished(word);
    await expect.poll(() => stuck.writableLength).toBe(9);
    stuck.destroy();
    await expect(broken).rejects.toThrow("the stream for the command's errors was closed");
  });

  test("its record is an outcome like the file's; one that says something else is none", async () => {
    const exchange = await createExchange(`${temporaryDirectory()}/xchg`);
    await exchange.stageJob({ command: { kind: "argv", argv: ["x"] } }, { nonce });
    const { record } = await through([Buffer.from(line)]);
    expect(await exchange.readOutcome(nonce, record)).toEqual({ kind: "exited", exitCode: 7 });
    const odd = await through([Buffer.from(line.replace("exitCode=7", "exitCode=seven"))]);
    await expect(exchange.readOutcome(nonce, odd.record)).rejects.toMatchObject({
      code: "XCHG_STATUS_INVALID",
    });
  });
});
