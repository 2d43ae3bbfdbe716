/** Keeps the last bytes of a process' output, for error messages. */
export class OutputTail {
  #chunks: string[] = [];
  #length = 0;
  readonly #limit: number;

  /** @param limit characters kept, at least */
  constructor(limit = 16_384) {
    this.#limit = limit;
  }

  push(chunk: string): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (
      this.#chunks.length > 1 &&
      this.#length - (this.#chunks[0]?.length ?? 0) >= this.#limit
    ) {
      this.#length -= this.#chunks.shift()?.length ?? 0;
    }
  }

  toString(): string {
    return this.#chunks.join("").slice(-this.#limit);
  }
}
