import { closeBracket, comma, openBracket, quote, skipBlanks, skipWord } from "./characters.ts";
import { decode } from "./characters.ts";
import type { CygwinOperator, CygwinRelation } from "./model.ts";

/** What stands between the entries of a list: `requires:` has blanks, all others have commas. */
export type Separator = "blank" | "comma";

const operators: Readonly<Record<string, CygwinOperator>> = {
  "<": "<",
  "<<": "<",
  "<=": "<=",
  "=": "=",
  "==": "=",
  ">=": ">=",
  ">": ">",
  ">>": ">",
};

/**
 * Goes through a list of packages with optional bounds, `a, b (>= 1.2)`. An empty list is one.
 *
 * @param found gets each relation; without it the list is only checked.
 * @returns where the list goes wrong, -1 where it does not.
 */
export function scanRelations(
  text: string,
  separator: Separator,
  found?: (relation: CygwinRelation) => void,
): number {
  const to = text.length;
  let position = skipBlanks(text, 0, to);
  while (position < to) {
    const end = wordEnd(text, position, to);
    if (end === position) return position;
    const name = found && word(text, position, end);
    position = skipBlanks(text, end, to);
    let bound: Bound | undefined;
    if (position < to && text.charCodeAt(position) === openBracket) {
      bound = readBound(text, position, to);
      if (bound === undefined) return position;
      position = skipBlanks(text, bound.end, to);
    }
    if (found && name !== undefined) {
      found(bound ? { name, operator: bound.operator, version: bound.version } : { name });
    }
    if (separator === "comma" && position < to) {
      if (text.charCodeAt(position) !== comma) return position;
      position = skipBlanks(text, position + 1, to);
      if (position === to) return position;
    }
  }
  return -1;
}

/** The relations of a list that {@link scanRelations} has found good. */
export function readRelations(text: string, separator: Separator): readonly CygwinRelation[] {
  const relations: CygwinRelation[] = [];
  scanRelations(text, separator, (relation) => void relations.push(relation));
  return relations;
}

/** A relation as setup.ini has it. */
export function formatRelation({ name, operator, version }: CygwinRelation): string {
  return operator === undefined || version === undefined
    ? name
    : `${name} (${operator} ${version})`;
}

interface Bound {
  readonly operator: CygwinOperator;
  readonly version: string;
  readonly end: number;
}

function readBound(text: string, from: number, to: number): Bound | undefined {
  const start = skipBlanks(text, from + 1, to);
  let end = start;
  while (end < to && "<=>".includes(text.charAt(end))) end += 1;
  const operator = operators[text.slice(start, end)];
  if (operator === undefined) return undefined;
  const versionStart = skipBlanks(text, end, to);
  const versionEnd = wordEnd(text, versionStart, to);
  const close = skipBlanks(text, versionEnd, to);
  if (versionEnd === versionStart || text.charCodeAt(close) !== closeBracket) return undefined;
  return { operator, version: word(text, versionStart, versionEnd), end: close + 1 };
}

function wordEnd(text: string, from: number, to: number): number {
  if (from >= to || text.charCodeAt(from) !== quote) return skipWord(text, from, to);
  const close = text.indexOf('"', from + 1);
  return close < 0 || close === from + 1 ? from : close + 1;
}

function word(text: string, from: number, to: number): string {
  return text.charCodeAt(from) === quote
    ? decode(text.slice(from + 1, to - 1))
    : text.slice(from, to);
}
