import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { guestNames, guestTables } from "./support/guest-tables.ts";
import type { Table } from "./support/guest-tables.ts";

const text = readFileSync(new URL("../../../docs/guests.md", import.meta.url), "utf8");

describe("docs/guests.md", () => {
  test.each(Object.entries(guestTables()))("the table '%s' is the catalogue's", (name, table) => {
    expect(written(tableAt(name)), `should be:\n${written(table)}`).toBe(written(table));
  });

  test("tells of each guest what was tried, and claims nothing else", () => {
    const [heading, ...rows] = tableAt("tried");
    expect(heading).toEqual(["guest", "real media", "rehearsed", "machine started"]);
    expect(rows.map(([name]) => name)).toEqual(guestNames());
    const rehearsed = ["in the tests, BIOS and UEFI", "by `winvm rehearse`, see CI", "not tried"];
    expect(rows.filter(([, , how = ""]) => !rehearsed.includes(how))).toEqual([]);
    const real = rows.filter(([name, media]) => name !== "`reference`" && media !== "not tried");
    expect(real).toEqual([]);
  });
});

/** The table behind `<!-- NAME -->`; the padding of its cells does not count. */
function tableAt(name: string): Table {
  const [, ...lines] = (text.split(`<!-- ${name} -->`)[1] ?? "").trimStart().split("\n");
  const heading = (text.split(`<!-- ${name} -->`)[1] ?? "").trimStart().split("\n")[0] ?? "";
  const end = lines.findIndex((line) => !line.startsWith("|"));
  const rows = [heading, ...lines.slice(1, end === -1 ? undefined : end)];
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function written(table: Table): string {
  return table.map((row) => `| ${row.join(" | ")} |`).join("\n");
}
