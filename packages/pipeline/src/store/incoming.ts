import { mkdir, open, readFile, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomically, type WaitOptions, syncToDisk } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";
import type { EventListener } from "../events/event.ts";
import { recordedKind } from "./digest.ts";
import { canonicalJson } from "./keys.ts";
import { takeLock } from "./lock.ts";
import type { Manifest } from "./manifest.ts";
import { entryName, type EntryName } from "./needs.ts";
import { newName, putBack } from "./replace.ts";
import type { Store, StoreEntry } from "./store.ts";
import { syncDirectories } from "./sync.ts";

/** An entry of another store. */
export interface IncomingEntry extends EntryName {
  /** The text of its manifest. */
  readonly manifest: string;
}

/** Entries of another store on their way into this one. Until {@link publish} nobody sees them; without it they go. */
export interface IncomingEntries extends AsyncDisposable {
  /** The directory of an entry that is not there yet; `undefined` for one that is. */
  directoryOf(name: EntryName): string | undefined;
  /**
   * Gives the entries their names, in the order in which they were asked for, each with its manifest as it came. The files
   * have to be on the disk already.
   */
  publish(): Promise<readonly StoreEntry[]>;
}

/**
 * Makes room for entries: takes the locks of all, so that nobody makes one of them meanwhile, and a directory for each that
 * the store lacks. What is there has to be the same thing: a key is made of what an entry was made from, and that can have
 * been made twice.
 *
 * @param names What is needed before what needs it.
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` where one is there, but not whole; `PIPELINE_IMPORT_DIFFERS` where one is
 *   there with other content.
 */
export async function receiveEntries(
  store: Store,
  names: readonly IncomingEntry[],
  options: WaitOptions & { onEvent?: EventListener | undefined } = {},
): Promise<IncomingEntries> {
  await using stack = new AsyncDisposableStack();
  const { layout } = store;
  // Always in the same order: two that want the same locks never wait for each other.
  const inOrder = names.toSorted((a, b) => (entryName(a) < entryName(b) ? -1 : 1));
  for (const { kind, key } of inOrder) {
    stack.use(await takeLock(layout.lock(kind, key), `${kind}/${key}`, options));
    await putBack(layout, { kind, key });
  }
  const lacking: IncomingEntry[] = [];
  for (const name of names) {
    const found = await store.find(name.kind, name.key);
    if (found === undefined) lacking.push(name);
    else await requireSame(found, name);
  }
  const unfinished = new Map<string, string>();
  for (const name of lacking) {
    const directory = newName(layout, name, "new");
    stack.defer(() => rm(directory, { recursive: true, force: true }));
    await mkdir(directory, { mode: 0o700 });
    unfinished.set(entryName(name), directory);
  }
  const owned = stack.move();
  return {
    directoryOf: (name) => unfinished.get(entryName(name)),
    async publish() {
      const entries: StoreEntry[] = [];
      for (const name of names) {
        const directory = unfinished.get(entryName(name));
        if (directory !== undefined) await complete(store, name, directory);
        const entry = await store.find(name.kind, name.key);
        if (entry !== undefined) entries.push({ ...entry, cached: directory === undefined });
      }
      return entries;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function requireSame(found: StoreEntry, incoming: IncomingEntry): Promise<void> {
  const own = await readFile(join(found.directory, "manifest.json"), "utf8");
  if (own === incoming.manifest || sameContent(found.manifest, incoming.manifest)) return;
  throw new PipelineError({
    code: "PIPELINE_IMPORT_DIFFERS",
    asked: `import ${entryName(incoming)}`,
    happened: "the store has another one under this key, made from the same things at another time",
    hint: `import into another store (--store); or remove ${found.directory} first, and with it what is made from it`,
    data: { entry: entryName(incoming), directory: found.directory },
  });
}

/** Whether two manifests speak of the same bytes, also where those were made twice. What has no digest is not known. */
function sameContent(own: Manifest, incoming: string): boolean {
  const { files } = JSON.parse(incoming) as Manifest;
  return (
    Object.values(own.files).every((record) => recordedKind(record) !== undefined) &&
    canonicalJson(files) === canonicalJson(own.files)
  );
}

async function complete(
  store: Store,
  { kind, key, manifest }: IncomingEntry,
  directory: string,
): Promise<void> {
  await writeFileAtomically(join(directory, "manifest.json"), manifest, {
    mode: 0o600,
    durable: true,
  });
  await syncDirectories(directory);
  await rename(directory, store.layout.entry(kind, key));
  await syncToDisk(store.layout.kind(kind));
}

/** Makes an empty file of that size in an unfinished entry, with its directory. */
export async function makeSparse(
  directory: string,
  file: { readonly name: string; readonly sizeBytes: number; readonly mode: number },
): Promise<FileHandle> {
  const path = join(directory, file.name);
  await mkdir(dirname(path), { recursive: true });
  // Nobody but the owner writes an entry's files, whatever the other side says.
  const handle = await open(path, "wx", (file.mode & 0o444) | 0o600);
  try {
    await handle.truncate(file.sizeBytes);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
