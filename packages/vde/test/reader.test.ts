import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { consoleStart, readConsole, type ConsoleEvent, type ConsoleReply } from "../src/index.ts";

/** Reads chunks one after the other. */
function readAll(chunks: readonly Uint8Array[]): ConsoleEvent[] {
  let state = consoleStart;
  const events: ConsoleEvent[] = [];
  for (const chunk of chunks) {
    const read = readConsole(state, chunk);
    state = read.state;
    events.push(...read.events);
  }
  return events;
}

/** Cuts bytes at the places given, in any order. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length));
}

/** What a switch prints for an event; a management socket prompts, standard input doesn't. */
function print(event: ConsoleEvent, prompt: string): string {
  if (event.kind === "notice") return `${event.code} ${event.text}\n`;
  if (event.kind === "end") return "9999 END OF SESSION\n";
  if (event.kind === "text") return `${event.text}\n`;
  const { code, text, lines } = event.reply;
  const framed = lines.length === 0 ? "" : `0000 DATA END WITH '.'\n${lines.join("\n")}\n.\n`;
  return `${framed}${code} ${text}\n${prompt}`;
}

const line = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\n", ""));
const reply: fc.Arbitrary<ConsoleReply> = fc
  .record({
    errno: fc.integer({ min: 0, max: 133 }),
    text: line,
    // A line of one dot is how a listing ends: the protocol can't carry it.
    lines: fc.array(line.filter((text) => text !== ".")),
  })
  .map(({ errno, text, lines }) => ({ code: 1000 + errno, errno, text, lines }));
const event: fc.Arbitrary<ConsoleEvent> = fc.oneof(
  reply.map((it) => ({ kind: "reply" as const, reply: it })),
  fc.record({
    kind: fc.constant("notice" as const),
    code: fc.integer({ min: 3000, max: 3999 }),
    text: line,
  }),
);

describe("readConsole", () => {
  test("gives back what was printed, wherever the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(event),
        fc.constantFrom("", "\nvde$ "),
        fc.array(fc.nat(5000)),
        (events, prompt, places) => {
          const bytes = Buffer.from(events.map((it) => print(it, prompt)).join(""));
          expect(readAll(cut(bytes, places))).toEqual(events);
        },
      ),
    );
  });

  test("gives the same events byte by byte, for any bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(readAll([bytes]));
      }),
    );
  });

  test("does not change with the chunk it was given", () => {
    const chunk = Buffer.from("1000 Suc");
    const { state } = readConsole(consoleStart, chunk);
    chunk.fill(0);
    expect(readConsole(state, Buffer.from("cess\n")).events).toEqual([
      { kind: "reply", reply: { code: 1000, errno: 0, text: "Success", lines: [] } },
    ]);
  });

  test.each([
    [
      "a listing that an error follows",
      "0000 DATA END WITH '.'\nPort 1\n.\n1022 Invalid argument\n",
      [
        {
          kind: "reply",
          reply: { code: 1022, errno: 22, text: "Invalid argument", lines: ["Port 1"] },
        },
      ],
    ],
    [
      "what looks like a status inside a listing",
      "0000 DATA END WITH '.'\n1000 Success\n3021 port/+ 01\n..\n.\n1000 Success\n",
      [
        {
          kind: "reply",
          reply: {
            code: 1000,
            errno: 0,
            text: "Success",
            lines: ["1000 Success", "3021 port/+ 01", ".."],
          },
        },
      ],
    ],
    [
      "notices between two answers",
      "1000 Success\n3021 port/+ 01\n1038 Function not implemented\n",
      [
        { kind: "reply", reply: { code: 1000, errno: 0, text: "Success", lines: [] } },
        { kind: "notice", code: 3021, text: "port/+ 01" },
        {
          kind: "reply",
          reply: { code: 1038, errno: 38, text: "Function not implemented", lines: [] },
        },
      ],
    ],
    [
      "the banner, prompts and the end of a management socket",
      "VDE switch V.2.3.2\n\nvde$ vde$ 1000 Success\n\nvde$ 9999 END OF SESSION\n",
      [
        { kind: "text", text: "VDE switch V.2.3.2" },
        { kind: "reply", reply: { code: 1000, errno: 0, text: "Success", lines: [] } },
        { kind: "end" },
      ],
    ],
  ] as const)("reads %s", (_, printed, events) => {
    expect(readAll([Buffer.from(printed)])).toEqual(events);
  });
});
