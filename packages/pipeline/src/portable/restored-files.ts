import { makeSparse, type IncomingEntries } from "../store/incoming.ts";
import type { ContainedEntry } from "./format.ts";
import type { RestoredFile } from "./restore.ts";

/** The files of a container, open for writing where the store lacks them. */
export interface OpenFiles extends AsyncDisposable {
  readonly list: readonly RestoredFile[];
  /** Waits until all is on the disk. */
  sync(): Promise<void>;
}

/** Makes the files that are to be written. */
export async function openFiles(
  entries: readonly ContainedEntry[],
  incoming: IncomingEntries,
): Promise<OpenFiles> {
  await using stack = new AsyncDisposableStack();
  const list: RestoredFile[] = [];
  for (const entry of entries) {
    const directory = incoming.directoryOf(entry);
    for (const file of entry.files) {
      const handle =
        directory === undefined ? undefined : stack.use(await makeSparse(directory, file));
      list.push({ sizeBytes: file.sizeBytes, dataBytes: file.dataBytes, handle });
    }
  }
  const owned = stack.move();
  return {
    list,
    async sync() {
      await Promise.all(list.map(async ({ handle }) => handle?.datasync()));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
