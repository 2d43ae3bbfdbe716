import { axisFor } from "./axis.ts";
import { colours, escaped } from "./strip-plot.ts";

/** An event of a trace that `winvm --trace` wrote. */
export interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, like `dur`. */
  readonly ts: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, unknown>>;
}

const left = 250;
const width = 1000;
const rowHeight = 24;
const top = 40;
/** Room for what comes after the first answer. */
const tail = 1.05;

interface Bar {
  readonly name: string;
  /** Milliseconds after the first spawn. */
  readonly from: number;
  readonly to: number;
}

/**
 * One revival as a picture, SVG: what each process and each connection did from the first spawn to the guest's first
 * answer. Pure.
 *
 * @throws RangeError where the trace holds no revival
 */
export function timeline(events: readonly TraceEvent[]): string {
  const revival = events.find(({ ph, name }) => ph === "X" && name === "revive");
  if (revival?.dur === undefined) throw new RangeError("there is no revival in the trace");
  const reviveMs = revival.dur / 1000;
  const axis = axisFor([reviveMs]);
  const endMs = reviveMs * tail;
  const x = (ms: number): number =>
    Math.round((left + (ms / endMs) * (width - left - 20)) * 10) / 10;
  const rows = rowsOf(events, revival.ts, endMs);
  const bottom = top + rows.length * rowHeight;
  const ticks = axis.ticks.filter((tick) => tick <= endMs);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom + 30}" viewBox="0 0 ${width} ${bottom + 30}" role="img">`,
    "<title>One revival, from the first spawn to the guest's first answer</title>",
    `<g font-family="system-ui, sans-serif" font-size="12" fill="${colours.text}">`,
    `<text x="10" y="22" font-size="15" font-weight="600">One revival: ${Math.round(reviveMs)} ms from the first spawn to the guest's first answer</text>`,
    ...ticks.flatMap((tick) => [
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${bottom}" stroke="${colours.grid}" stroke-opacity="0.4"/>`,
      `<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick} ms</text>`,
    ]),
    `<line x1="${x(reviveMs)}" x2="${x(reviveMs)}" y1="${top}" y2="${bottom}" stroke="${colours.baseline}" stroke-width="2"/>`,
    ...rows.flatMap(({ label, bars }, index) => {
      const y = top + index * rowHeight;
      return [
        `<text x="10" y="${y + 16}">${escaped(label)}</text>`,
        ...bars.map((bar) => drawn(bar, y, x, endMs)),
      ];
    }),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function drawn(bar: Bar, y: number, x: (ms: number) => number, endMs: number): string {
  const from = x(Math.max(0, bar.from));
  const length = Math.max(1.5, Math.round((x(Math.min(endMs, bar.to)) - from) * 10) / 10);
  const tooltip = `${bar.name}: ${(bar.to - bar.from).toFixed(1)} ms`;
  const box = `<rect x="${from}" y="${y + 4}" width="${length}" height="${rowHeight - 7}" rx="2" fill="${colours.ours}" fill-opacity="0.3" stroke="${colours.ours}"><title>${escaped(tooltip)}</title></rect>`;
  // As wide as its letters are, more or less; what has no room has its tooltip.
  const fits = bar.name.length * 6.2 + 6 <= length;
  return fits
    ? `${box}<text x="${from + 4}" y="${y + 16}" font-size="11">${escaped(bar.name)}</text>`
    : box;
}

interface Row {
  readonly label: string;
  readonly bars: readonly Bar[];
}

function rowsOf(events: readonly TraceEvent[], startTs: number, endMs: number): readonly Row[] {
  const named = (what: string) =>
    new Map(
      events
        .filter(({ name }) => name === what)
        .map(({ pid, tid, args }) => [
          `${pid}/${what === "process_name" ? 0 : tid}`,
          String(args["name"]),
        ]),
    );
  const [groups, lanes] = [named("process_name"), named("thread_name")];
  const rows = new Map<string, { label: string; order: number; bars: Bar[] }>();
  for (const { ph, name, pid, tid, ts, dur = 0 } of events) {
    const from = (ts - startTs) / 1000;
    const to = from + dur / 1000;
    const group = groups.get(`${pid}/0`) ?? "";
    // A process as long as it lives hides what it does.
    if (ph !== "X" || to < 0 || from > endMs || name === group || name === "revive") continue;
    const key = `${pid}/${tid}`;
    const row = rows.get(key) ?? {
      label: `${group}: ${lanes.get(key) ?? ""}`,
      order: pid,
      bars: [],
    };
    rows.set(key, row);
    row.bars.push({ name, from, to });
  }
  return [...rows.values()].toSorted((a, b) => a.order - b.order);
}
