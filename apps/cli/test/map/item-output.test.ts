import type { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ItemOutputs } from "../../src/map/item-output.ts";
import { chain, tagged, wholeLines } from "../../src/map/lines.ts";
import type { OutputPlan } from "../../src/map/plan-map.ts";
import { Spool, SpoolMemory } from "../../src/map/spool.ts";

const put = (stream: Writable, text: string): Promise<void> =>
  new Promise((resolve) => void stream.write(text, () => resolve()));

/** What is told, in order. */
function outputsOf(plan: Partial<OutputPlan>) {
  const told: string[] = [];
  const all: OutputPlan = { mode: "group", keepOrder: false, tag: false, ...plan };
  const outputs = new ItemOutputs(all, async (stream, bytes) => {
    told.push(`${stream}: ${bytes.toString()}`);
  });
  const after = (text: string) => async (): Promise<void> => void told.push(text);
  return { told, outputs, after };
}

describe("the outputs of items", () => {
  test("come when an item ends, first one stream and then the other", async () => {
    const { told, outputs, after } = outputsOf({});
    const [one, two] = [outputs.open(1, "a"), outputs.open(2, "b")];
    await put(one.stdout, "1");
    await put(two.stderr, "e2");
    await put(two.stdout, "2");
    expect(told).toEqual([]);
    await two.end(after("end 2"));
    await one.end(after("end 1"));
    expect(told).toEqual(["stdout: 2", "stderr: e2", "end 2", "stdout: 1", "end 1"]);
    expect(two.stdoutBytes).toBe(1);
  });

  test("wait for their turn where order is kept, also behind an item that is skipped", async () => {
    const { told, outputs, after } = outputsOf({ keepOrder: true });
    const [one, three] = [outputs.open(1, "a"), outputs.open(3, "c")];
    await put(three.stdout, "3");
    await three.end(after("end 3"));
    await put(one.stdout, "1");
    await one.end(after("end 1"));
    expect(told).toEqual(["stdout: 1", "end 1"]);
    await outputs.skip(2);
    expect(told).toEqual(["stdout: 1", "end 1", "stdout: 3", "end 3"]);
  });

  test("lines come as they are whole; where order is kept, those of the item whose turn it is", async () => {
    const { told, outputs, after } = outputsOf({ mode: "lines", keepOrder: true, tag: true });
    const [one, two] = [outputs.open(1, "a"), outputs.open(2, "b")];
    await put(two.stdout, "x\ny\nz");
    await put(one.stdout, "half");
    expect(told).toEqual([]);
    await put(one.stdout, " and whole\n");
    expect(told).toEqual(["stdout: a\thalf and whole\n"]);
    await one.end(after("end 1"));
    expect(told.slice(1)).toEqual(["end 1", "stdout: b\tx\nb\ty\n"]);
    await put(two.stdout, "\nlast");
    await two.end(after("end 2"));
    expect(told.slice(3)).toEqual(["stdout: b\tz\n", "stdout: b\tlast", "end 2"]);
  });

  test("stay in order where an item's turn comes while it is being kept in a file", async () => {
    const block = "x".repeat(64 * 1024);
    const lines = Array.from({ length: 14 }, (_, line) => `${line} ${block}\n`);
    for (let ticks = 0; ticks < 40; ticks += 1) {
      const { told, outputs, after } = outputsOf({ mode: "lines", keepOrder: true });
      const [one, two] = [outputs.open(1, "a"), outputs.open(2, "b")];
      const writing = Promise.all(lines.map((line) => put(two.stdout, line)));
      for (let tick = 0; tick < ticks; tick += 1) await setImmediate();
      await one.end(after("end 1"));
      await writing;
      await two.end(after("end 2"));
      const all = told.join("").replaceAll("stdout: ", "");
      expect(all === `end 1${lines.join("")}end 2`, `after ${ticks} ticks`).toBe(true);
    }
  });

  test("of an attempt that is made again are forgotten", async () => {
    const { told, outputs, after } = outputsOf({ keepOrder: true });
    const first = outputs.open(1, "a");
    await put(first.stdout, "wrong");
    await first.drop();
    const second = outputs.open(1, "a");
    await put(second.stdout, "right");
    await second.end(after("end"));
    expect(told).toEqual(["stdout: right", "end"]);
  });

  test("that never had their turn are told at the end", async () => {
    const { told, outputs, after } = outputsOf({ keepOrder: true });
    const two = outputs.open(2, "b");
    await put(two.stdout, "2");
    await two.end(after("end 2"));
    await outputs.close();
    expect(told).toEqual(["stdout: 2", "end 2"]);
  });
});

describe("on their way", () => {
  const cut = fc.array(fc.string({ unit: fc.constantFrom("a", "\n", "ü"), maxLength: 9 }));

  test("lines are whole and all of it comes", () => {
    fc.assert(
      fc.property(cut, (pieces) => {
        const filter = wholeLines();
        const out = pieces.map((piece) => filter.push(Buffer.from(piece)).toString());
        for (const one of out) expect(one === "" || one.endsWith("\n")).toBe(true);
        expect(out.join("") + filter.end().toString()).toBe(pieces.join(""));
      }),
    );
  });

  test("each line gets its tag once, however it is cut", () => {
    fc.assert(
      fc.property(cut, (pieces) => {
        for (const filter of [tagged("T"), chain(wholeLines(), tagged("T"))]) {
          const out = pieces.map((piece) => filter.push(Buffer.from(piece)).toString()).join("");
          const lines = pieces
            .join("")
            .split(/(?<=\n)/)
            .filter((line) => line !== "");
          expect(out + filter.end().toString()).toBe(lines.map((line) => `T\t${line}`).join(""));
        }
      }),
    );
  });

  test("a spool gives back what it got, also what is too much for memory", async () => {
    await using spool = new Spool(new SpoolMemory(2 ** 30));
    const blocks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(50_001, index));
    for (const block of blocks) await spool.write(block);
    expect(spool.size).toBe(40 * 50_001);
    const back = Buffer.concat(await Array.fromAsync(spool.read()));
    expect(back.equals(Buffer.concat(blocks))).toBe(true);
  });

  test("many spools share the memory: above it they keep all in files, and give it back", async () => {
    const memory = new SpoolMemory(150_000);
    const block = Buffer.alloc(50_001, 7);
    const spools = Array.from({ length: 4 }, () => new Spool(memory));
    for (const spool of spools) {
      await spool.write(Buffer.from("little"));
      await spool.write(block);
      await spool.write(block);
    }
    expect(memory.take(50_000)).toBe(false);
    for (const spool of spools) {
      const back = Buffer.concat(await Array.fromAsync(spool.read()));
      expect(back.equals(Buffer.concat([Buffer.from("little"), block, block]))).toBe(true);
      await spool[Symbol.asyncDispose]();
      await spool[Symbol.asyncDispose]();
    }
    expect([memory.take(150_001), memory.take(150_000)]).toEqual([false, true]);
  });
});
