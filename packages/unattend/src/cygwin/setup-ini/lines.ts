import { at as atSign, colon, comma, hash, isWord, openSquare } from "./characters.ts";
import { commaLists, fields } from "./fields.ts";
import type { Field } from "./fields.ts";

/** What a line is about. */
export type LineKind = Field | "@" | "[" | "unknown";

/** Who takes the lines: value from `from` to `to` of `text`, which has a byte a unit. */
export interface LineSink {
  /** True when it wants no more. */
  readonly hopeless: boolean;
  line(kind: LineKind, text: string, from: number, to: number, number: number): void;
  fault(number: number, expected: string, value: string): void;
}

/** The longest line, and the longest text between quotes, in bytes. A real one has some thousand. */
const longest = 1 << 20;
/** Less is not worth a look: it would make many small chunks dear. */
const smallBlock = 1 << 16;
const largeBlock = 1 << 20;

/**
 * Cuts bytes into the lines that mean something: those of known keys, with all that follows between quotes or after a
 * comma. Comments and unknown keys never arrive. How the bytes are cut into chunks makes no difference.
 */
export class LineCutter {
  readonly #sink: LineSink;
  readonly #blockBytes: number;
  #chunks: Uint8Array[] = [];
  /** How many bytes of the chunks have not been looked at. */
  #chunkBytes = 0;
  #text = "";
  /** The number of the line that begins `#text`, from 1. */
  #number = 1;
  /** The next quote in `#text`; before the current line when it has to be looked up. */
  #quote = -1;
  /** Within a line that is too long. */
  #skipping = false;

  /** @param blockBytes how much has to be there before it is looked at; it changes the speed, never the result. */
  constructor(sink: LineSink, blockBytes: number = smallBlock) {
    this.#sink = sink;
    this.#blockBytes = blockBytes;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += largeBlock) {
      const piece = chunk.subarray(at, at + largeBlock);
      this.#chunkBytes += piece.length;
      const enough = this.#chunkBytes >= this.#blockBytes;
      // The chunk is the caller's, who may use it for something else afterwards.
      this.#chunks.push(enough ? piece : Buffer.from(piece));
      if (enough) this.#take(false);
    }
  }

  finish(): void {
    this.#take(true);
  }

  #take(final: boolean): void {
    // One text of one piece: what V8 has joined or cut out of others is slower to walk through.
    const [first, ...more] = this.#chunks;
    const bytes = first !== undefined && more.length === 0 ? first : Buffer.concat(this.#chunks);
    const { buffer, byteOffset, length } = bytes;
    this.#text = Buffer.from(buffer, byteOffset, length).toString("latin1");
    this.#quote = -1;
    const done = this.#cut(final);
    const rest = Buffer.from(bytes.subarray(done));
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#chunkBytes = 0;
    this.#text = "";
  }

  /** @returns how much of the text is done with. */
  #cut(final: boolean): number {
    const text = this.#text;
    let at = 0;
    while (at < text.length && !this.#sink.hopeless) {
      let end = text.indexOf("\n", at);
      if (this.#skipping) {
        if (end < 0) return text.length;
        this.#skipping = false;
        at = end + 1;
        continue;
      }
      if (end < 0) {
        if (text.length - at > longest) {
          this.#tooLong(at, text.length);
          this.#skipping = true;
          return text.length;
        }
        if (!final) return at;
        end = text.length;
      }
      const next = end - at > longest ? this.#tooLong(at, end) : this.#line(at, end, final);
      if (next < 0) return at;
      at = next;
    }
    return at;
  }

  /** @returns where the next line begins, -1 when more text is needed to tell. */
  #line(start: number, end: number, final: boolean): number {
    const text = this.#text;
    if (text.charCodeAt(start) === hash) return this.#next(end);
    let from = start;
    while (isInnerBlank(text.charCodeAt(from))) from += 1;
    if (from >= end) return this.#next(end);
    const first = text.charCodeAt(from);
    let kind: LineKind;
    if (first === atSign) {
      kind = "@";
      from += 1;
    } else if (first === openSquare) {
      kind = "[";
      from += 1;
    } else {
      let key = from;
      while (key < end && text.charCodeAt(key) !== colon && isWord(text.charCodeAt(key))) key += 1;
      const found =
        text.charCodeAt(key) === colon ? fields.get(text.slice(from, key)) : ("unknown" as const);
      // Any key that is not known, of which a line may be made.
      if (found === undefined && key > from) return this.#next(end);
      kind = found ?? "unknown";
      if (kind !== "unknown") from = key + 1;
    }
    return this.#whole(kind, start, from, end, final);
  }

  /** Finds the end of a value that may go on in further lines. */
  #whole(kind: LineKind, start: number, from: number, first: number, final: boolean): number {
    const text = this.#text;
    const goesOn = kind !== "@" && kind !== "[" && kind !== "unknown" && commaLists.has(kind);
    let end = first;
    for (;;) {
      if (this.#quote < from) this.#quote = find(text, '"', from);
      const looked = kind === "unknown" ? end : this.#quotesEnd(start, end, final);
      if (looked < 0 || looked - start > longest) {
        return this.#unfinished(start, first, final, "quotes that are closed");
      }
      end = looked;
      if (!goesOn || end >= text.length) break;
      if (text.charCodeAt(lastOf(text, from, end)) !== comma) break;
      const following = text.indexOf("\n", end + 1);
      if (following < 0 && !final) {
        return this.#unfinished(start, first, final, "a list that ends");
      }
      end = following < 0 ? text.length : following;
    }
    this.#sink.line(kind, text, from, end, this.#number);
    this.#number += 1;
    if (end !== first) this.#number += newlines(text, first, end);
    return end + 1;
  }

  /** Where the line ends that has the quotes in it, -1 where the text does not tell. */
  #quotesEnd(start: number, physicalEnd: number, final: boolean): number {
    const text = this.#text;
    let end = physicalEnd;
    let open = this.#quote;
    while (open < end) {
      const close = text.indexOf('"', open + 1);
      if (close < 0 || close - start > longest) return -1;
      if (close > end) {
        end = find(text, "\n", close);
        if (end === Infinity) {
          if (!final) return -1;
          end = text.length;
        }
      }
      open = find(text, '"', close + 1);
    }
    this.#quote = open;
    return end;
  }

  #unfinished(start: number, first: number, final: boolean, expected: string): number {
    if (!final && this.#text.length - start <= longest) return -1;
    this.#sink.fault(this.#number, expected, excerpt(this.#text, start, first));
    this.#quote = -1;
    return this.#next(first);
  }

  #tooLong(start: number, end: number): number {
    this.#sink.fault(
      this.#number,
      `lines of at most ${longest} bytes`,
      excerpt(this.#text, start, end),
    );
    return this.#next(end);
  }

  #next(end: number): number {
    this.#number += 1;
    return end + 1;
  }
}

/** What of a line is told in a fault. */
export function excerpt(text: string, from: number, to: number): string {
  return text.slice(from, Math.min(to, from + 80)).trimEnd();
}

/** As `indexOf`, with a position beyond all others where there is none. */
function find(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from);
  return found < 0 ? Infinity : found;
}

function isInnerBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}

/** The last position before `to` that is not blank, within its line. */
function lastOf(text: string, from: number, to: number): number {
  let last = to - 1;
  while (last >= from && isInnerBlank(text.charCodeAt(last))) last -= 1;
  return last;
}

/** How many lines end in `from` … `to`, without one that ends at `to`. */
function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}
