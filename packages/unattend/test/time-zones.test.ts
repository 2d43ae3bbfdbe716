import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isTimeZone, timeZones } from "../src/answer/time-zones.ts";
import { requireSharedData } from "./support/shared-data.ts";

test("names are Windows', with or without daylight saving", () => {
  expect(isTimeZone("UTC")).toBe(true);
  expect(isTimeZone("Pacific Standard Time_dstoff")).toBe(true);
  expect(isTimeZone("Europe/Berlin")).toBe(false);
  expect(new Set(timeZones).size).toBe(timeZones.length);
});

test("no zone that another generator knows is missing", (context) => {
  const list = join(requireSharedData(context), "schema/cschneegans-TimeOffset.json");
  const known = JSON.parse(readFileSync(list, "utf8")) as readonly { readonly Id: string }[];
  expect([...timeZones].sort()).toEqual(known.map(({ Id }) => Id).sort());
});
