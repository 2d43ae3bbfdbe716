import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import type { Fault } from "@winvm/runtime";
import type { Caller } from "../request/job-options.ts";
import { combine, type Items } from "./combine.ts";
import { fixedItems, readItems, type ItemList } from "./item-list.ts";

/** Where a list's values come from. */
export type ListSource =
  | { readonly kind: "values"; readonly values: readonly string[] }
  /** A line each; `-` is standard input. */
  | { readonly kind: "file"; readonly file: string };

/** What stands on the command line behind the options. */
export interface Operands {
  /** The command and its arguments. */
  readonly words: readonly string[];
  /** What `:::` and `::::` give, in their order. */
  readonly sources: readonly ListSource[];
}

/**
 * Takes the lists from behind the command: `:::` with values, `::::` with files, each of which is a list. Pure but for the
 * faults that it adds.
 */
export function splitOperands(operands: readonly string[], faults: Fault[]): Operands {
  const at = operands.findIndex((word) => separator.test(word));
  if (at < 0) return { words: operands, sources: [] };
  const sources: ListSource[] = [];
  for (let start = at; start < operands.length;) {
    const word = operands[start] ?? "";
    const next = operands.findIndex((other, index) => index > start && separator.test(other));
    const end = next < 0 ? operands.length : next;
    const behind = operands.slice(start + 1, end);
    const path = "ITEMS";
    if (word.endsWith("+")) {
      const expected = "::: or ::::, of which all combinations are taken";
      faults.push({ path, expected, value: word });
    } else if (word === ":::") sources.push({ kind: "values", values: behind });
    else if (behind.length > 0)
      sources.push(...behind.map((file) => ({ kind: "file", file }) as const));
    else faults.push({ path, expected: "a file behind ::::", value: word });
    start = end;
  }
  return { words: operands.slice(0, at), sources };
}

const separator = /^:{3,4}\+?$/;

/** What else says where items come from. */
interface ItemOptions {
  readonly argFile?: string;
  readonly null?: boolean;
  readonly script?: string;
}

/** The lists of a command line: those of {@link splitOperands}, else `-a FILE`, else standard input. */
export function planSources(
  given: readonly ListSource[],
  { argFile, script }: ItemOptions,
  faults: Fault[],
): readonly ListSource[] {
  if (given.length > 0 && argFile !== undefined) {
    const expected = "either -a FILE or lists behind ::: and ::::";
    faults.push({ path: "--arg-file", expected, value: argFile });
  }
  const sources: readonly ListSource[] =
    given.length > 0 ? given : [{ kind: "file", file: argFile ?? "-" }];
  const fromInput = sources.filter((source) => source.kind === "file" && source.file === "-");
  if (fromInput.length > 1) {
    faults.push({ path: "ITEMS", expected: "one list from standard input", value: "-" });
  }
  if (fromInput.length > 0 && script === "-") {
    const expected = "the script or the items on standard input, not both";
    faults.push({ path: "--script", expected, value: script });
  }
  return sources;
}

/** Opens the lists, and gives all combinations. */
export function openItems(
  sources: readonly ListSource[],
  nul: boolean,
  { workingDirectory }: Caller,
): Items {
  return combine(
    sources.map((source): ItemList => {
      if (source.kind === "values") return fixedItems(source.values);
      if (source.file === "-") return readItems(() => process.stdin, nul, "standard input");
      const path = resolve(workingDirectory, source.file);
      return readItems(() => createReadStream(path), nul, path);
    }),
  );
}
