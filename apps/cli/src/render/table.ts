/**
 * Lays out rows in columns as wide as their widest cell, two spaces apart, without spaces at the ends of lines.
 *
 * @param right the indexes of the columns that are aligned to the right: numbers.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      });
      return `${cells.join("  ").trimEnd()}\n`;
    })
    .join("");
}
