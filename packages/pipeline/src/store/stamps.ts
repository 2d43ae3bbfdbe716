import { readFile, stat } from "node:fs/promises";
import { writeFileAtomically } from "@winvm/runtime";
import {
  digestKindOf,
  digestOfFile,
  type DigestKind,
  type DigestOptions,
  type FileDigest,
} from "./digest.ts";

/** By what a file is recognised without being read; numbers as text, since they don't fit JSON's. */
export interface FileStamp {
  readonly sizeBytes: string;
  readonly mtimeNs: string;
  /** Set by the kernel at every change of content or metadata; no program can choose it. */
  readonly ctimeNs: string;
  readonly inode: string;
  readonly device: string;
}

interface StampsFile {
  readonly format: typeof format;
  readonly files: Readonly<Record<string, { readonly stamp: FileStamp } & FileDigest>>;
}

const format = "winvm-stamps-1";

/**
 * A change within one tick of the kernel's clock may leave a stamp as it was: files that were changed so shortly before
 * they were read are not kept. (Four milliseconds at 250 Hz, ten at 100 Hz.)
 */
const tickNs = 20_000_000n;

/** Recognises the file as it is now. */
export async function stampOfFile(file: string): Promise<FileStamp> {
  const { size, mtimeNs, ctimeNs, ino, dev } = await stat(file, { bigint: true });
  return {
    sizeBytes: String(size),
    mtimeNs: String(mtimeNs),
    ctimeNs: String(ctimeNs),
    inode: String(ino),
    device: String(dev),
  };
}

/** Pure. */
export function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return (
    a.sizeBytes === b.sizeBytes &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.inode === b.inode &&
    a.device === b.device
  );
}

/**
 * Digests of files that were read once, kept in a file with the stamp that each had: a file that still has it need not be
 * read again. It is a cache: what can't be read or written there only costs time.
 */
export class Stamps {
  readonly #file: string;
  readonly #known: Map<string, { readonly stamp: FileStamp } & FileDigest>;
  #changed = false;

  private constructor(file: string, known: StampsFile["files"]) {
    this.#file = file;
    this.#known = new Map(Object.entries(known));
  }

  /** Reads what is known. */
  static async open(file: string): Promise<Stamps> {
    try {
      const content = JSON.parse(await readFile(file, "utf8")) as Partial<StampsFile>;
      if (content.format === format) return new Stamps(file, content.files ?? {});
    } catch {
      // Missing or damaged: begun anew.
    }
    return new Stamps(file, {});
  }

  /** The digest of a file that had this stamp when it was read. */
  known(name: string, stamp: FileStamp, kind?: DigestKind): FileDigest | undefined {
    const known = this.#known.get(name);
    if (known === undefined || (kind !== undefined && known[kind] === undefined)) return undefined;
    const { stamp: then, ...digest } = known;
    return sameStamp(then, stamp) ? digest : undefined;
  }

  /** The digest of a file, read only if it is not known. Throws what Node throws of a file that can't be read. */
  async digest(
    name: string,
    file: string,
    kind?: DigestKind,
    options: DigestOptions = {},
  ): Promise<FileDigest> {
    const now = BigInt(Date.now()) * 1_000_000n;
    const stamp = await stampOfFile(file);
    const known = this.known(name, stamp, kind);
    if (known !== undefined) return known;
    const digest = await digestOfFile(file, kind ?? (await digestKindOf(file)), options);
    const settled = now - BigInt(stamp.ctimeNs) > tickNs;
    if (settled && sameStamp(stamp, await stampOfFile(file))) {
      this.#known.set(name, { stamp, ...digest });
      this.#changed = true;
    }
    return digest;
  }

  /** Writes what was learnt. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    const content: StampsFile = { format, files: Object.fromEntries(this.#known) };
    await writeFileAtomically(this.#file, `${JSON.stringify(content)}\n`, { mode: 0o600 }).catch(
      () => {},
    );
    this.#changed = false;
  }
}
