import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isTimeZone, timeZones } from "../src/answer/time-zones.ts";

test("names are Windows', with or without daylight saving", () => {
  expect(isTimeZone("UTC")).toBe(true);
  expect(isTimeZone("Pacific Standard Time_dstoff")).toBe(true);
  expect(isTimeZone("Europe/Berlin")).toBe(false);
  expect(new Set(timeZones).size).toBe(timeZones.length);
});

test("no zone that another generator knows is missing", (context) => {
  const list = new URL(
    "../../../../shared/data/schema/cschneegans-TimeOffset.json",
    import.meta.url,
  );
  if (!existsSync(list)) context.skip("the list is not on this machine");
  const known = JSON.parse(readFileSync(list, "utf8")) as readonly { readonly Id: string }[];
  expect([...timeZones].sort()).toEqual(known.map(({ Id }) => Id).sort());
});
