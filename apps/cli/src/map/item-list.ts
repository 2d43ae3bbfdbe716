import type { Readable } from "node:stream";
import { CliError } from "../errors.ts";

/** The items, as they come. */
export interface ItemList extends AsyncIterable<string> {
  /** How many there are; `undefined` while that is not known yet. */
  readonly total: number | undefined;
  /** Begins to read it; resolves with its first item, or its end. @throws CliError `CLI_LIST_UNREADABLE` */
  begin(): Promise<void>;
}

/** Those of the command line. */
export function fixedItems(items: readonly string[]): ItemList {
  return {
    total: items.length,
    begin: async () => {},
    async *[Symbol.asyncIterator]() {
      yield* items;
    },
  };
}

/**
 * Reads items from a stream: a line each, or each up to a NUL. All of it is read at once, so that their number is known
 * early; they are given out as soon as they are there.
 *
 * @param open Gives the stream when it is begun.
 * @throws CliError `CLI_LIST_UNREADABLE` while it is begun or iterated.
 */
export function readItems(open: () => Readable, nul: boolean, name: string): ItemList {
  const items: string[] = [];
  const end: { over: boolean; failure?: CliError } = { over: false };
  let changed = Promise.withResolvers<void>();
  const change = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const read = async (): Promise<void> => {
    try {
      for await (const item of split(open(), nul ? "\0" : "\n")) {
        items.push(item);
        change();
      }
    } catch (cause) {
      end.failure = new CliError({
        code: "CLI_LIST_UNREADABLE",
        asked: `read the items from ${name}`,
        happened: cause instanceof Error ? cause.message : String(cause),
        hint: "give a list in UTF-8, an item a line, or each ended by NUL with --null",
        cause,
      });
    }
    end.over = true;
    change();
  };
  let reading: Promise<void> | undefined;
  return {
    get total(): number | undefined {
      return end.over ? items.length : undefined;
    },
    async begin() {
      reading ??= read();
      while (items.length === 0 && !end.over) await changed.promise;
      if (items.length === 0 && end.failure !== undefined) throw end.failure;
    },
    async *[Symbol.asyncIterator]() {
      reading ??= read();
      for (let at = 0; ; at += 1) {
        while (at >= items.length && !end.over) await changed.promise;
        if (at >= items.length) break;
        yield items[at] as string;
      }
      if (end.failure !== undefined) throw end.failure;
    },
  };
}

async function* split(stream: Readable, end: "\0" | "\n"): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const chunk of stream) {
    const pieces = (rest + decoder.decode(chunk as Buffer, { stream: true })).split(end);
    rest = pieces.pop() ?? "";
    yield* pieces;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
