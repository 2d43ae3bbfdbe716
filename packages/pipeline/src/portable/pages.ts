import { pageBytes, type Run } from "./format.ts";

const zeros = Buffer.alloc(1 << 16);

/**
 * Finds what is not zero in `bytes.subarray(from, to)`, moves it together to `from`, and says where it came from. A page
 * that begins with a zero word is compared with zeros at the speed of memory; in others the first word is enough.
 *
 * @param offset of `from` in the file. A multiple of a page.
 * @returns the runs, and where the data end now.
 */
export function packPages(
  bytes: Buffer,
  from: number,
  to: number,
  offset: number,
): { readonly runs: readonly Run[]; readonly end: number } {
  const runs: { offset: number; length: number }[] = [];
  let end = from;
  for (let at = from; at < to;) {
    at = skipZeros(bytes, at, to);
    if (at >= to) break;
    const begin = at;
    while (at < to && !isZero(bytes, at, Math.min(at + pageBytes, to))) at += pageBytes;
    const stop = Math.min(at, to);
    if (begin !== end) bytes.copyWithin(end, begin, stop);
    end += stop - begin;
    runs.push({ offset: offset + begin - from, length: stop - begin });
  }
  return { runs, end };
}

/** Where the first page that is not zero begins. */
function skipZeros(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at + zeros.length <= to && isZero(bytes, at, at + zeros.length)) at += zeros.length;
  while (at < to && isZero(bytes, at, Math.min(at + pageBytes, to))) at += pageBytes;
  return at;
}

function isZero(bytes: Buffer, from: number, to: number): boolean {
  if (bytes[from] !== 0 || bytes[to - 1] !== 0) return false;
  return bytes.compare(zeros, 0, to - from, from, to) === 0;
}

/** Puts runs at the end of others; neighbours become one. */
export function appendRuns(runs: { offset: number; length: number }[], more: readonly Run[]): void {
  for (const run of more) {
    const last = runs.at(-1);
    if (last !== undefined && last.offset + last.length === run.offset) last.length += run.length;
    else runs.push({ ...run });
  }
}
