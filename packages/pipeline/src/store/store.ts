import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeError, type WaitOptions } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";
import type { EventListener } from "../events/event.ts";
import { namedIfFull } from "./full-disk.ts";
import { storeLayout, type StoreKind, type StoreLayout } from "./layout.ts";
import { takeLock } from "./lock.ts";
import { isAbsence, readManifest, type Manifest } from "./manifest.ts";
import { dropEntry, newName, putBack, putInPlace } from "./replace.ts";
import { sealEntry } from "./seal.ts";
import { sweepDead } from "./sweep.ts";

/** What the maker of an entry hands back when its files are complete. */
export interface MadeEntry {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the files to record; their sizes and digests are made from what is on the disk. */
  readonly files: readonly string[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Limits of {@link Store.obtain}, and who hears of it. */
export interface ObtainOptions extends WaitOptions {
  readonly onEvent?: EventListener | undefined;
  /** Makes the entry anew also where there is one, which stays until the new one is complete. */
  readonly replace?: boolean | undefined;
  /** How far a file is read for its digest, 0 to 1. */
  readonly onSealing?: ((file: string, fraction: number) => void) | undefined;
}

/** Limits of {@link Store.remove}. */
export interface RemoveOptions extends WaitOptions {
  /** Asked under the lock: why the entry is to stay after all. */
  readonly keep?: (() => Promise<string | undefined>) | undefined;
}

/** An entry of the store, complete. */
export interface StoreEntry {
  readonly directory: string;
  readonly manifest: Manifest;
  /** Whether it was there already. */
  readonly cached: boolean;
}

/** The directory where winvm keeps what is dear to make. */
export class Store {
  readonly layout: StoreLayout;

  private constructor(layout: StoreLayout) {
    this.layout = layout;
  }

  /**
   * Opens the store, makes its directories, removes what dead processes left half-made, and puts back what they
   * were about to replace.
   *
   * @throws PipelineError `PIPELINE_STORE_UNUSABLE`.
   */
  static async open(root: string): Promise<Store> {
    const layout = storeLayout(root);
    try {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const parts = [
        "media",
        "images",
        "states",
        "names",
        "runs",
        "pools",
        "failures",
        "cache",
        "cache/packages",
        "cache/verified",
        "locks",
        "used",
        "pins",
      ];
      await Promise.all(
        parts.map((part) => mkdir(join(root, part), { recursive: true, mode: 0o700 })),
      );
    } catch (cause) {
      throw new PipelineError({
        code: "PIPELINE_STORE_UNUSABLE",
        asked: `open the store ${root}`,
        happened: describeError(cause),
        hint: "name another directory with --store or WINVM_STORE",
        cause,
      });
    }
    await sweepDead(layout);
    return new Store(layout);
  }

  /** The keys of all entries that {@link find} finds, whole or not. A link that leads nowhere is none. */
  async keys(kind: StoreKind): Promise<string[]> {
    const names = await readdir(this.layout.kind(kind));
    const found = await Promise.all(
      names.map(async (key) => !key.startsWith(".") && exists(this.layout.entry(kind, key))),
    );
    return names.filter((_, index) => found[index]);
  }

  /**
   * The entry under a key; `undefined` where there is none.
   *
   * @throws PipelineError `PIPELINE_STORE_DAMAGED` where it is not whole, or can't be read.
   */
  async find(kind: StoreKind, key: string): Promise<StoreEntry | undefined> {
    const directory = this.layout.entry(kind, key);
    if (!(await exists(directory))) return undefined;
    const manifest = await readManifest(directory);
    await this.#markUsed(kind, key);
    return { directory, manifest, cached: true };
  }

  /**
   * The entry under a key; made first where there is none. `make` works in a directory of its own, which gets the
   * entry's name only when it is complete: nobody ever sees half an entry, and a failure leaves none.
   *
   * @throws PipelineError `PIPELINE_STORE_FULL`, `PIPELINE_STORE_DAMAGED`, or what `make` throws.
   */
  async obtain(
    kind: StoreKind,
    key: string,
    make: (directory: string) => Promise<MadeEntry>,
    options: ObtainOptions = {},
  ): Promise<StoreEntry> {
    const present = async () => (options.replace === true ? undefined : this.find(kind, key));
    const found = await present();
    if (found) return found;
    await using _lock = await takeLock(this.layout.lock(kind, key), `${kind}/${key}`, options);
    const replace = options.replace === true;
    await putBack(this.layout, { kind, key }, { unreadable: replace });
    const madeMeanwhile = await present();
    if (madeMeanwhile) return madeMeanwhile;
    const unfinished = newName(this.layout, { kind, key }, "new");
    await mkdir(unfinished, { mode: 0o700 });
    try {
      const made = await make(unfinished);
      await sealEntry(this.layout, { kind, key }, unfinished, made, options);
      const directory = this.layout.entry(kind, key);
      await putInPlace(this.layout, { kind, key }, unfinished);
      // The entry is complete, whatever becomes of an older one that could not be read.
      if (replace) await putBack(this.layout, { kind, key }).catch(() => {});
      await this.#markUsed(kind, key);
      return { directory, manifest: await readManifest(directory), cached: false };
    } catch (error) {
      try {
        // After a cancel nobody asks why.
        throw options.signal?.aborted ? error : await namedIfFull(this.layout.root, error);
      } finally {
        await rm(unfinished, { recursive: true, force: true });
      }
    }
  }

  /**
   * Removes an entry, under its lock, and its pin.
   *
   * @returns why it was kept; `undefined` where it was removed.
   */
  async remove(
    kind: StoreKind,
    key: string,
    options: RemoveOptions = {},
  ): Promise<string | undefined> {
    await using _lock = await takeLock(this.layout.lock(kind, key), `${kind}/${key}`, options);
    const why = await options.keep?.();
    if (why !== undefined) return why;
    await putBack(this.layout, { kind, key });
    await dropEntry(this.layout, { kind, key });
    await rm(this.layout.used(kind, key), { force: true });
    await rm(this.layout.verified(kind, key), { force: true });
    await rm(this.layout.pin(kind, key), { force: true });
    return undefined;
  }

  async #markUsed(kind: StoreKind, key: string): Promise<void> {
    const file = this.layout.used(kind, key);
    const now = new Date();
    await utimes(file, now, now).catch(() => writeFile(file, "", { mode: 0o600 }).catch(() => {}));
  }
}

/** What can't be looked at is there: whoever reads it is told why it can't be. */
async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => !isAbsence(error),
  );
}
