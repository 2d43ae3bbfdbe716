import { channel, tracingChannel } from "node:diagnostics_channel";

/** What is traced, and where it is drawn. */
export interface TraceSubject {
  /** Whose it is: `winvm`, or a process by its name. */
  readonly group: string;
  /** A row of the group: `process`, `QMP`, `SSH`, … Spans of one lane may overlap. */
  readonly lane: string;
  readonly name: string;
  /** More to read about it; becomes JSON. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** `performance.now()` when it began, where that was before the call. */
  readonly sinceMs?: number | undefined;
}

/** What a listener hears. Times are `performance.now()` in milliseconds. */
export type TraceRecord =
  | {
      readonly kind: "begin";
      readonly id: number;
      readonly atMs: number;
      readonly subject: TraceSubject;
    }
  /** The end of the span with that id; `failure` where it rejected. */
  | {
      readonly kind: "end";
      readonly id: number;
      readonly atMs: number;
      readonly failure?: string | undefined;
    }
  | { readonly kind: "moment"; readonly atMs: number; readonly subject: TraceSubject };

/** What `node:diagnostics_channel` carries along a span. */
interface SpanContext {
  readonly subject: TraceSubject;
  error?: unknown;
}

const spans = tracingChannel<"winvm:span", SpanContext>("winvm:span");
const moments = channel("winvm:moment");

/**
 * Does work, and tells whoever listens when it began and ended. When nobody listens, the work is all that is done: not
 * even its subject is made.
 *
 * The channels are those of `node:diagnostics_channel`, `tracing:winvm:span:*` and `winvm:moment`.
 */
export function traced<T>(subject: () => TraceSubject, work: () => Promise<T>): Promise<T> {
  if (!spans.hasSubscribers) return work();
  return spans.tracePromise(work, { subject: subject() });
}

/** Tells whoever listens that something has happened; does nothing when nobody does. */
export function traceMoment(subject: () => TraceSubject): void {
  if (moments.hasSubscribers) moments.publish(subject());
}

/** Listens to all that is traced in this process, from now until it is disposed of. What began before is not heard of. */
export function onTrace(listener: (record: TraceRecord) => void): Disposable {
  const open = new Map<object, number>();
  let lastId = 0;
  const begin = (context: SpanContext): void => {
    lastId += 1;
    open.set(context, lastId);
    const { subject } = context;
    listener({ kind: "begin", id: lastId, atMs: subject.sinceMs ?? performance.now(), subject });
  };
  const end = (context: SpanContext): void => {
    const id = open.get(context);
    if (id === undefined) return;
    open.delete(context);
    const failed = "error" in context;
    listener({
      kind: "end",
      id,
      atMs: performance.now(),
      ...(failed ? { failure: wordsOf(context.error) } : {}),
    });
  };
  const handlers = {
    start: begin,
    // Of a promise this is only the return of the call, unless the call itself has thrown.
    end: (context: SpanContext): void => {
      if ("error" in context) end(context);
    },
    asyncStart: (): void => {},
    asyncEnd: end,
    error: (): void => {},
  };
  const onMoment = (subject: unknown): void =>
    listener({ kind: "moment", atMs: performance.now(), subject: subject as TraceSubject });
  spans.subscribe(handlers);
  moments.subscribe(onMoment);
  return {
    [Symbol.dispose]() {
      spans.unsubscribe(handlers);
      moments.unsubscribe(onMoment);
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
