import type { Setting } from "../harness/report.ts";
import type { Result } from "../harness/rounds.ts";
import type { Summary } from "../harness/statistics.ts";
import { figure } from "../harness/table.ts";
import { axisFor, type Axis } from "./axis.ts";

/** Of middling lightness, so that they stand out from white and from black; the background is the page's. */
export const colours = { text: "#767676", grid: "#808080", ours: "#1f83d8", baseline: "#c4701c" };

const width = 720;
const left = 20;
const plotWidth = width - 2 * left;
const rowHeight = 64;
const top = 58;

type Side = Summary & { readonly label: string };

/** A contest as a picture, SVG: a row for each side, each round a dot, the median a line. Pure. */
export function stripPlot(result: Result, setting: Setting): string {
  const { name, unit, ours, baseline, target } = result;
  const sides = baseline === undefined ? [ours] : [ours, baseline];
  const axis = axisFor(sides.flatMap(({ samples }) => samples));
  const bottom = top + sides.length * rowHeight;
  const verdict =
    target === undefined ? "" : `, target ${target.text}: ${target.met ? "met" : "missed"}`;
  const times = result.ratio === undefined ? "" : `, ${figure(result.ratio)} ×`;
  const title = `${name}${times}${verdict}`;
  const scale = axis.logarithmic ? "logarithmic" : "linear";
  const rounds = `${ours.samples.length} rounds; each a dot, the median a line; ${unit}, ${scale} scale`;
  const load = setting.load === undefined ? "" : `load ${setting.load}`;
  const where = [
    setting.cpu,
    `${setting.cores} cores`,
    load,
    setting.accelerator,
    `Node ${setting.node}`,
  ];
  const height = bottom + 62;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<g font-family="system-ui, sans-serif" font-size="13" fill="${colours.text}">`,
    `<text x="${left}" y="24" font-size="16" font-weight="600">${escaped(title)}</text>`,
    `<text x="${left}" y="44">${escaped(rounds)}</text>`,
    ...grid(axis, unit, bottom),
    ...sides.flatMap((side, index) =>
      row(side, axis, unit, top + index * rowHeight, index === 0 ? colours.ours : colours.baseline),
    ),
    `<text x="${left}" y="${height - 10}" font-size="11">${escaped(where.filter(Boolean).join(" · "))}</text>`,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** The name of a contest's file. Pure. */
export function plotFileName(contest: string): string {
  return `${contest.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.svg`;
}

function grid(axis: Axis, unit: string, bottom: number): string[] {
  return axis.ticks.flatMap((tick, index) => {
    const x = xOf(axis, tick);
    const anchor = index === 0 ? "start" : index === axis.ticks.length - 1 ? "end" : "middle";
    return [
      `<line x1="${x}" x2="${x}" y1="${top}" y2="${bottom + 4}" stroke="${colours.grid}" stroke-opacity="0.4"/>`,
      `<text x="${x}" y="${bottom + 20}" text-anchor="${anchor}">${tick.toLocaleString("en-GB")} ${unit}</text>`,
    ];
  });
}

function row(side: Side, axis: Axis, unit: string, y: number, colour: string): string[] {
  const middle = y + 42;
  const x = xOf(axis, side.median);
  const label = `${side.label}: ${figure(side.median)} ${unit}`;
  return [
    `<text x="${left + 4}" y="${y + 18}" fill="${colour}" font-weight="600">${escaped(label)}</text>`,
    ...side.samples.map(
      (sample) =>
        `<circle cx="${xOf(axis, sample)}" cy="${middle}" r="5" fill="${colour}" fill-opacity="0.55"/>`,
    ),
    `<line x1="${x}" x2="${x}" y1="${middle - 13}" y2="${middle + 13}" stroke="${colour}" stroke-width="3"/>`,
  ];
}

function xOf(axis: Axis, value: number): number {
  return Math.round((left + axis.at(value) * plotWidth) * 10) / 10;
}

/** Text for SVG. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
