import { randomBytes } from "node:crypto";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one keeps in memory at most; the rest goes to a file. */
const inMemoryBytes = 512 * 1024;

/** What one keeps in memory in any case: a file for so little costs more. */
const alwaysInMemoryBytes = 4096;

const pieceBytes = 64 * 1024;

/** The memory that many spools share. */
export class SpoolMemory {
  #freeBytes: number;

  constructor(bytes: number) {
    this.#freeBytes = bytes;
  }

  /** Whether there was room for so many. */
  take(bytes: number): boolean {
    if (bytes > this.#freeBytes) return false;
    this.#freeBytes -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#freeBytes += bytes;
  }
}

/** Keeps bytes for later, any number of them; where the shared memory is full, in a file. */
export class Spool implements AsyncDisposable {
  #chunks: Buffer[] = [];
  #memoryBytes = 0;
  #takenBytes = 0;
  #file: FileHandle | undefined;
  #fileBytes = 0;
  readonly #memory: SpoolMemory;

  constructor(memory: SpoolMemory) {
    this.#memory = memory;
  }

  /** How many it keeps. */
  get size(): number {
    return this.#memoryBytes + this.#fileBytes;
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#file === undefined && this.#fits(bytes.length)) {
      // The writer may use its buffer again.
      this.#chunks.push(Buffer.from(bytes));
      this.#memoryBytes += bytes.length;
      return;
    }
    this.#file ??= await namelessFile().catch(unlessTooMany);
    if (this.#file === undefined) {
      this.#chunks.push(Buffer.from(bytes));
      this.#memoryBytes += bytes.length;
      return;
    }
    await this.#file.write(bytes, 0, bytes.length, this.#fileBytes);
    this.#fileBytes += bytes.length;
  }

  /** Whether memory has room for so many more; it is taken then. */
  #fits(bytes: number): boolean {
    const all = this.#memoryBytes + bytes;
    if (all <= alwaysInMemoryBytes) return true;
    if (all > inMemoryBytes || !this.#memory.take(bytes)) return false;
    this.#takenBytes += bytes;
    return true;
  }

  /** All bytes in order; they stay. */
  async *read(): AsyncGenerator<Buffer> {
    yield* this.#chunks;
    for (let at = 0; at < this.#fileBytes;) {
      const { buffer, bytesRead } = await (this.#file as FileHandle).read(
        Buffer.alloc(pieceBytes),
        0,
        pieceBytes,
        at,
      );
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** Forgets all of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#chunks = [];
    this.#memory.giveBack(this.#takenBytes);
    this.#memoryBytes = 0;
    this.#takenBytes = 0;
    this.#fileBytes = 0;
    await file?.close();
  }
}

/** A file that is gone once it is closed, whatever becomes of us. */
async function namelessFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `winvm-output-${process.pid}-${randomBytes(8).toString("hex")}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}

/** Memory is left where the process may have no more files open. */
function unlessTooMany(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "EMFILE" && error.code !== "ENFILE") throw error;
}
