import { QemuError } from "../errors.ts";

/** The longest line accepted, in bytes. The largest known one, a QMP schema, has 207,000. */
const LONGEST_LINE = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * Cuts a byte stream into lines, however its chunks fall: lines may be split inside a character, and one chunk may
 * hold many. Blank lines are dropped; the carriage return of QEMU's CRLF goes with the line's end.
 */
export class LineSplitter {
  readonly #longest: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** @param longest the longest line accepted, in bytes */
  constructor(longest: number = LONGEST_LINE) {
    this.#longest = longest;
  }

  /** How many bytes of an unfinished line are kept. */
  get pendingBytes(): number {
    return this.#length;
  }

  /**
   * Takes the next chunk and hands out the lines that it completes, without their ends.
   * @throws {QemuError} `QEMU_QMP_PROTOCOL` when a line grows beyond the limit
   */
  push(chunk: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end === -1) break;
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      const line = this.#take();
      if (line !== "") lines.push(line);
    }
    // A copy: the stream may reuse the chunk's memory, and a small rest should not hold a large chunk.
    if (start < chunk.length) this.#keep(Uint8Array.prototype.slice.call(chunk, start));
    return lines;
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#longest) {
      throw new QemuError({
        code: "QEMU_QMP_PROTOCOL",
        asked: "read a QMP line",
        happened: `it is longer than ${this.#longest} bytes`,
        data: { longest: this.#longest },
      });
    }
    this.#parts.push(part);
  }

  #take(): string {
    const line = Buffer.concat(this.#parts, this.#length).toString("utf8");
    this.#parts = [];
    this.#length = 0;
    return line.trim();
  }
}
