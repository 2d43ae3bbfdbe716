import type { TraceRecord, TraceSubject } from "@winvm/runtime";

/** An event of Chrome's trace format; `ts` and `dur` are in microseconds. */
export type ChromeEvent =
  /** The name of a process or of one of its rows. */
  | {
      readonly ph: "M";
      readonly name: "process_name" | "thread_name" | "process_sort_index" | "thread_sort_index";
      readonly pid: number;
      readonly tid: number;
      readonly ts: 0;
      readonly args: Readonly<Record<string, unknown>>;
    }
  | (Placed & { readonly ph: "X"; readonly dur: number })
  | (Placed & { readonly ph: "i"; readonly s: "t" });

interface Placed {
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly args: Readonly<Record<string, unknown>>;
}

interface Span {
  readonly subject: TraceSubject;
  readonly beginMs: number;
  readonly endMs: number;
  readonly failure?: string | undefined;
  readonly unfinished?: boolean;
}

/**
 * What was traced, in Chrome's trace format (its JSON array form, for Perfetto and chrome://tracing): names first, then
 * spans and moments by their time. A span that has not ended ends with the trace and says so. Spans of one lane that
 * overlap without one lying in the other get rows of their own, since a row can't show them. Pure.
 *
 * @param endMs when the trace ended, as the records count
 */
export function chromeTrace(records: readonly TraceRecord[], endMs: number): ChromeEvent[] {
  const places = new Places();
  const spans = spansOf(records, endMs);
  const events: Exclude<ChromeEvent, { ph: "M" }>[] = [];
  // Longer ones first where two begin at once: they are the outer ones.
  for (const span of spans.toSorted((a, b) => a.beginMs - b.beginMs || b.endMs - a.endMs)) {
    const { subject, failure, unfinished } = span;
    const ts = microseconds(span.beginMs);
    events.push({
      ...placed(subject, places.ofSpan(span), ts),
      ph: "X",
      // Of rounded ends, so that what lies within another span still does.
      dur: microseconds(span.endMs) - ts,
      args: {
        ...subject.details,
        ...(failure === undefined ? {} : { failure }),
        ...(unfinished === true ? { unfinished } : {}),
      },
    });
  }
  for (const record of records) {
    if (record.kind !== "moment") continue;
    const { subject, atMs } = record;
    const place = places.of(subject, 0);
    events.push({ ...placed(subject, place, microseconds(atMs)), ph: "i", s: "t" });
  }
  return [
    ...places.names(),
    ...events.toSorted((a, b) => a.ts - b.ts || durationOf(b) - durationOf(a)),
  ];
}

/** The events as a file: a JSON array, one event a line. Pure. */
export function formatTrace(events: readonly ChromeEvent[]): string {
  return `[\n${events.map((event) => JSON.stringify(event)).join(",\n")}\n]\n`;
}

function spansOf(records: readonly TraceRecord[], endMs: number): Span[] {
  const spans: Span[] = [];
  const open = new Map<number, Extract<TraceRecord, { kind: "begin" }>>();
  for (const record of records) {
    if (record.kind === "begin") open.set(record.id, record);
    if (record.kind !== "end") continue;
    const begun = open.get(record.id);
    if (begun === undefined) continue;
    open.delete(record.id);
    const { subject, atMs: beginMs } = begun;
    spans.push({
      subject,
      beginMs,
      endMs: Math.max(beginMs, record.atMs),
      failure: record.failure,
    });
  }
  for (const { subject, atMs: beginMs } of open.values()) {
    spans.push({ subject, beginMs, endMs: Math.max(beginMs, endMs), unfinished: true });
  }
  return spans;
}

function placed(subject: TraceSubject, place: Pick<Placed, "pid" | "tid">, ts: number): Placed {
  return { name: subject.name, cat: subject.lane, ...place, ts, args: subject.details ?? {} };
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}

function durationOf(event: Exclude<ChromeEvent, { ph: "M" }>): number {
  return event.ph === "X" ? event.dur : 0;
}

interface Row {
  readonly pid: number;
  readonly tid: number;
  readonly group: string;
  readonly name: string;
  /** The ends of the spans that lie in one another at the moment, outermost first. */
  readonly ends: number[];
}

/** Gives each lane its rows, in the order in which they are first needed. */
class Places {
  readonly #groups = new Map<string, number>();
  readonly #lanes = new Map<string, Row[]>();
  readonly #rows: Row[] = [];

  /** For spans in the order of their beginnings. */
  ofSpan({ subject, beginMs, endMs }: Span): Pick<Placed, "pid" | "tid"> {
    for (let index = 0; ; index += 1) {
      const row = this.#row(subject, index);
      while (row.ends.length > 0 && (row.ends.at(-1) ?? 0) <= beginMs) row.ends.pop();
      const innermost = row.ends.at(-1);
      if (innermost !== undefined && innermost < endMs) continue;
      row.ends.push(endMs);
      return { pid: row.pid, tid: row.tid };
    }
  }

  of(subject: TraceSubject, index: number): Pick<Placed, "pid" | "tid"> {
    const { pid, tid } = this.#row(subject, index);
    return { pid, tid };
  }

  names(): ChromeEvent[] {
    const groups = [...this.#groups].flatMap(([name, pid]): ChromeEvent[] => [
      { ph: "M", name: "process_name", pid, tid: 0, ts: 0, args: { name } },
      { ph: "M", name: "process_sort_index", pid, tid: 0, ts: 0, args: { sort_index: pid } },
    ]);
    const rows = this.#rows.flatMap(({ pid, tid, name }): ChromeEvent[] => [
      { ph: "M", name: "thread_name", pid, tid, ts: 0, args: { name } },
      { ph: "M", name: "thread_sort_index", pid, tid, ts: 0, args: { sort_index: tid } },
    ]);
    return [...groups, ...rows];
  }

  #row({ group, lane }: TraceSubject, index: number): Row {
    const pid = this.#groups.get(group) ?? this.#groups.size + 1;
    this.#groups.set(group, pid);
    const key = JSON.stringify([group, lane]);
    const rows = this.#lanes.get(key) ?? [];
    this.#lanes.set(key, rows);
    const found = rows[index];
    if (found !== undefined) return found;
    // Perfetto takes the row whose number is the process' for its main thread: no number is used twice.
    const tid = 1000 + this.#rows.length;
    const name = index === 0 ? lane : `${lane} (${index + 1})`;
    const row: Row = { pid, tid, group, name, ends: [] };
    rows.push(row);
    this.#rows.push(row);
    return row;
  }
}
