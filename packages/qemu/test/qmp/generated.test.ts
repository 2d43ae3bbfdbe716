import { readFile } from "node:fs/promises";
import { requirePrograms } from "@winvm/test-kit";
import { beforeAll, describe, expect, test } from "vitest";
import { askSchema } from "../../scripts/qmp-types/ask-schema.ts";
import { differences } from "../../scripts/qmp-types/differences.ts";
import { renderBaseline } from "../../scripts/qmp-types/render-baseline.ts";
import { renderTypes } from "../../scripts/qmp-types/render.ts";
import { SchemaReader, type RawSchemaEntry } from "../../scripts/qmp-types/schema-reader.ts";
import { droppedLater, retypedLater, selectedCommands } from "../../scripts/qmp-types/selection.ts";
import { qmpSchemaVersion } from "../../src/qmp/schema.generated.ts";
import { baseline } from "./baseline.generated.ts";

const known = new SchemaReader(baseline);
/** Others depend on how a QEMU was built: one without SPICE has no events of it. */
const neededEvents =
  "STOP RESUME SHUTDOWN RESET POWERDOWN SUSPEND WAKEUP MIGRATION GUEST_PANICKED GUEST_CRASHLOADED " +
  "BLOCK_IO_ERROR JOB_STATUS_CHANGE DEVICE_DELETED VSERPORT_CHANGE MEMORY_FAILURE WATCHDOG RTC_CHANGE";

test("the types are what the generator makes of the kept schema", async () => {
  const types = await readFile(
    new URL("../../src/qmp/schema.generated.ts", import.meta.url),
    "utf8",
  );
  expect(renderTypes(known, qmpSchemaVersion)).toBe(types);
  const kept = await readFile(new URL("baseline.generated.ts", import.meta.url), "utf8");
  expect(renderBaseline(known, qmpSchemaVersion)).toBe(kept);
});

const command = (members: readonly object[], result: readonly object[] = []): SchemaReader =>
  new SchemaReader([
    { name: "c", "meta-type": "command", "arg-type": "a", "ret-type": "r" },
    { name: "a", "meta-type": "object", members },
    { name: "r", "meta-type": "object", members: result },
    { name: "str", "meta-type": "builtin", "json-type": "string" },
    { name: "int", "meta-type": "builtin", "json-type": "int" },
  ] as readonly RawSchemaEntry[]);

describe("differences", () => {
  const text = { name: "m", type: "str" };
  const number = { name: "m", type: "int" };
  const optional = { ...text, default: null };

  test.for([
    { why: "the same", before: command([text], [text]), now: command([text], [text]), found: [] },
    {
      why: "a command has gone",
      before: command([]),
      now: new SchemaReader([]),
      found: ["c: has gone"],
    },
    {
      why: "an argument has gone",
      before: command([optional]),
      now: command([]),
      found: ["c arguments.m: has gone"],
    },
    {
      why: "an argument became required",
      before: command([optional]),
      now: command([text]),
      found: ["c arguments.m: is required now"],
    },
    {
      why: "a new argument is required",
      before: command([]),
      now: command([text]),
      found: ["c arguments.m: is required now"],
    },
    { why: "a new argument is optional", before: command([]), now: command([optional]), found: [] },
    {
      why: "a member has gone",
      before: command([], [text]),
      now: command([]),
      found: ["c return.m: has gone"],
    },
    {
      why: "an optional member has gone",
      before: command([], [optional]),
      now: command([]),
      found: [],
    },
    {
      why: "a member became optional",
      before: command([], [text]),
      now: command([], [optional]),
      found: ["c return.m: is optional now"],
    },
    { why: "a member is new", before: command([]), now: command([], [text]), found: [] },
    {
      why: "a type has changed",
      before: command([text]),
      now: command([number]),
      found: ["c arguments.m: is int, was string"],
    },
  ])("$why", ({ before, now, found }) => {
    expect(differences(before, now, ["c"])).toEqual(found);
  });
});

describe("the installed QEMU", { tags: ["host"] }, () => {
  let asked: Awaited<ReturnType<typeof askSchema>> | undefined;

  beforeAll(async () => {
    asked = await askSchema("qemu-system-x86_64").catch(() => undefined);
  });

  test("has all that the types promise", (context) => {
    requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86" });
    const installed = new SchemaReader(asked?.entries ?? []);
    const found = differences(known, installed, [...selectedCommands, ...neededEvents.split(" ")]);
    const expected = new Set([
      ...[...droppedLater].map((place) => `${place}: has gone`),
      ...[...retypedLater].map((place) => `${place}: is alternate, was string`),
    ]);
    expect(found.filter((text) => !expected.has(text))).toEqual([]);
  });

  test("gives the same types where it is the version they were made from", async (context) => {
    requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86" });
    context.skip(asked?.version !== qmpSchemaVersion, `made from QEMU ${qmpSchemaVersion}`);
    const types = await readFile(
      new URL("../../src/qmp/schema.generated.ts", import.meta.url),
      "utf8",
    );
    expect(renderTypes(new SchemaReader(asked?.entries ?? []), qmpSchemaVersion)).toBe(types);
  });
});
