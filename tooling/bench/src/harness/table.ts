import type { Result } from "./rounds.ts";
import type { Summary } from "./statistics.ts";

const headings = ["", "median", "quartiles", "min … max", "ratio", "target"] as const;

/** The results for people: a line for each side, the ratio and the target beside ours. */
export function renderTable(results: readonly Result[]): string {
  const rows = results.flatMap(rowsOf);
  const table = [[...headings], ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? "").length)),
  );
  return table
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 || column === headings.length - 1
            ? cell.padEnd(width)
            : cell.padStart(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function rowsOf(result: Result): string[][] {
  const { name, unit, ours, baseline, ratio, target } = result;
  const verdict = target === undefined ? "" : `${target.text}: ${target.met ? "met" : "MISSED"}`;
  const times = ratio === undefined ? "" : `${figure(ratio)} ×`;
  const rows = [[`${name}: ${ours.label}`, ...cells(ours, unit), times, verdict]];
  if (baseline !== undefined) {
    rows.push([`${name}: ${baseline.label}`, ...cells(baseline, unit), "", ""]);
  }
  return rows;
}

function cells(summary: Summary, unit: string): string[] {
  const { median, lowerQuartile, upperQuartile, min, max } = summary;
  return [
    `${figure(median)} ${unit}`,
    `${figure(lowerQuartile)} … ${figure(upperQuartile)}`,
    `${figure(min)} … ${figure(max)}`,
  ];
}

/** Three digits that matter, no exponent. */
export function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
