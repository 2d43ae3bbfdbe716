import type { Fault } from "@winvm/runtime";
import { expect, test } from "vitest";
import { cloneRequest, type TypedCloneOptions } from "../../src/request/clone-options.ts";
import { requestOf } from "../fixtures/request-of.ts";

function read(options: TypedCloneOptions): unknown {
  const faults: Fault[] = [];
  const request = cloneRequest(options, faults);
  return faults.length === 0 ? request : faults.map(({ path }) => path);
}

test.each<[TypedCloneOptions, unknown]>([
  [{}, {}],
  [
    { clock: "frozen", identity: "same" },
    { clock: "frozen", identity: "same" },
  ],
  [
    { clock: "host", identity: "fresh" },
    { clock: "host", identity: "fresh" },
  ],
  [{ clock: "2026-01-31T12:00:00Z" }, { clock: new Date("2026-01-31T12:00:00Z") }],
  [{ clock: "2026-01-31T12:00:00.25+01:00" }, { clock: new Date("2026-01-31T11:00:00.250Z") }],
  [{ clock: "now", identity: "new" }, ["--clock", "--identity"]],
  [{ clock: "" }, ["--clock"]],
  [{ clock: "Host" }, ["--clock"]],
  // Whose noon?
  [{ clock: "2026-01-31T12:00:00" }, ["--clock"]],
  [{ clock: "2026-02-31T12:00:00Z" }, ["--clock"]],
  [{ clock: "2026-01-31T24:01:00Z" }, ["--clock"]],
  // The pipeline's rule, to the second.
  [{ clock: "1980-01-01T23:59:59Z" }, ["--clock"]],
  [{ clock: "1980-01-02T00:00:00Z" }, { clock: new Date("1980-01-02T00:00:00Z") }],
  [{ clock: "2037-12-31T23:59:59Z" }, { clock: new Date("2037-12-31T23:59:59Z") }],
  [{ clock: "2038-01-01T00:00:00Z" }, ["--clock"]],
  [{ clock: "1970-01-01T00:00:00Z" }, ["--clock"]],
  [{ clock: "2100-01-01T00:00:00Z" }, ["--clock"]],
])("%j", (options, expected) => expect(read(options)).toEqual(expected));

test("they reach the pipeline; what is left out is not there", async () => {
  const { clock, identity } = await requestOf("run", "--clock", "host", "--identity", "fresh", "x");
  expect({ clock, identity }).toEqual({ clock: "host", identity: "fresh" });
  const plain = await requestOf("run", "x");
  expect(plain).not.toHaveProperty("clock");
  expect(plain).not.toHaveProperty("identity");
});
