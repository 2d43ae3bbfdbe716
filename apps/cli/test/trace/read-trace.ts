/** An event as a viewer reads it. */
export interface ReadEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A span with the name of whose it is. */
export interface ReadSpan extends ReadEvent {
  readonly group: string;
  readonly dur: number;
}

export function eventsOfTrace(text: string): readonly ReadEvent[] {
  return JSON.parse(text) as readonly ReadEvent[];
}

export function spansOfTrace(text: string): readonly ReadSpan[] {
  const events = eventsOfTrace(text);
  const groups = new Map(
    events
      .filter(({ name }) => name === "process_name")
      .map(({ pid, args }) => [pid, args["name"]]),
  );
  return events
    .filter(({ ph }) => ph === "X")
    .map((event) => ({
      ...event,
      dur: event.dur ?? Number.NaN,
      group: String(groups.get(event.pid)),
    }));
}

/** What is wrong with a trace by the rules of its format. */
export function faultsOfTrace(text: string): readonly string[] {
  const faults: string[] = [];
  const names = new Set<string>();
  const stacks = new Map<string, number[]>();
  let lastTs = 0;
  for (const event of eventsOfTrace(text)) {
    const { ph, pid, tid, ts, dur, name } = event;
    const row = `${pid}/${tid}`;
    const told = (fault: string): void => void faults.push(`${fault}: ${JSON.stringify(event)}`);
    if (!Number.isInteger(ts) || ts < lastTs) told("ts is not in order");
    lastTs = ts;
    if (ph === "M") {
      names.add(name === "process_name" ? String(pid) : row);
      continue;
    }
    if (ph !== "X" && ph !== "i") told("unknown phase");
    if (!names.has(String(pid)) || !names.has(row)) told("nameless place");
    if (ph !== "X") continue;
    if (dur === undefined || !Number.isInteger(dur) || dur < 0) told("no duration");
    const ends = stacks.get(row) ?? [];
    stacks.set(row, ends);
    while (ends.length > 0 && (ends.at(-1) ?? 0) <= ts) ends.pop();
    if ((ends.at(-1) ?? Infinity) < ts + (dur ?? 0)) told("it hangs over another span of its row");
    ends.push(ts + (dur ?? 0));
  }
  return faults;
}
