import { describe, expect, test } from "vitest";
import { SchemaReader } from "../../scripts/qmp-types/schema-reader.ts";
import { renderTypes } from "../../scripts/qmp-types/render.ts";
import { selectedCommands } from "../../scripts/qmp-types/selection.ts";
import type { SchemaInfo } from "../../src/qmp/schema.generated.ts";
import { QmpSchema } from "../../src/qmp/schema.ts";
import { baseline } from "./baseline.generated.ts";
import { fakeSession } from "./fake-qemu.ts";

const schema = new QmpSchema(baseline as readonly SchemaInfo[]);

describe("QmpSchema", () => {
  test("tells commands and events from types", () => {
    expect(schema.hasCommand("screendump")).toBe(true);
    expect(schema.hasCommand("SHUTDOWN")).toBe(false);
    expect(schema.hasCommand("str")).toBe(false);
    expect(schema.hasCommand("launch-missiles")).toBe(false);
    expect(schema.hasEvent("SHUTDOWN")).toBe(true);
    expect(schema.hasEvent("screendump")).toBe(false);
  });

  test.for([
    ["screendump", "arguments", "format", true],
    ["screendump", "arguments", "quality", false],
    ["screendump", "return", "format", false],
    ["query-migrate", "return", "blocked-reasons", true],
    // An array of objects.
    ["migrate-set-capabilities", "arguments", "capabilities.capability", true],
    // A member of one variant of a union.
    ["send-key", "arguments", "keys.data", true],
    // A type that contains itself.
    ["query-block", "return", "inserted.image.backing-image.backing-image.filename", true],
    ["query-block", "return", "inserted.image.backing-image.nothing", false],
    ["SHUTDOWN", "data", "reason", true],
    ["SHUTDOWN", "arguments", "reason", false],
    ["no-such-command", "arguments", "x", false],
  ] as const)("hasMember %s %s %s: %s", ([name, side, path, expected]) => {
    expect(schema.hasMember(name, side, path)).toBe(expected);
  });

  test("lists the values of enumerations", () => {
    const path = "capabilities.capability";
    expect(schema.valuesOf("migrate-set-capabilities", "arguments", path)).toContain(
      "x-ignore-shared",
    );
    expect(schema.valuesOf("SHUTDOWN", "data", "reason")).toContain("guest-panic");
    expect(schema.valuesOf("SHUTDOWN", "data", "guest")).toEqual([]);
  });

  test("reads enumerations of QEMUs with and without members in them", () => {
    const event = { name: "E", "meta-type": "event", "arg-type": "1" };
    const object = { name: "1", "meta-type": "object", members: [{ name: "m", type: "2" }] };
    const values = { name: "2", "meta-type": "enum", values: ["a"] };
    const members = { name: "2", "meta-type": "enum", members: [{ name: "a" }] };
    for (const kind of [values, members]) {
      const small = new QmpSchema([event, object, kind] as unknown as SchemaInfo[]);
      expect(small.valuesOf("E", "data", "m")).toEqual(["a"]);
    }
  });

  test("knows marks", () => {
    expect(schema.marksOf("device_add")).toContain("json-cli");
    expect(schema.marksOf("stop")).toEqual([]);
  });
});

describe("a session's features", () => {
  test("are asked for once, also by many at once", async () => {
    const { qemu, session } = await fakeSession(({ id }) => [{ return: baseline, id }]);
    const answers = await Promise.all([
      session.hasCommand("stop"),
      session.hasMember("screendump", "arguments", "format"),
      session.hasMember("screendump", "arguments", "quality"),
      session.features().then((features) => features.hasEvent("STOP")),
    ]);
    expect(answers).toEqual([true, true, false, true]);
    expect(qemu.received.map(({ execute }) => execute)).toEqual([
      "qmp_capabilities",
      "query-qmp-schema",
    ]);
  });

  test("are asked for again after a failure", async () => {
    const answers = [{ error: { class: "GenericError", desc: "busy" } }, { return: baseline }];
    const { session } = await fakeSession(({ id }) => [{ ...answers.shift(), id }]);
    await expect(session.features()).rejects.toMatchObject({ code: "QEMU_QMP_COMMAND_FAILED" });
    await expect(session.hasCommand("stop")).resolves.toBe(true);
  });
});

const member = (name: string, type: string, optional = false): object => ({
  name,
  type,
  ...(optional ? { default: null } : {}),
});
const object = (name: string, ...members: object[]): object => ({
  name,
  "meta-type": "object",
  members,
});

describe("renderTypes", () => {
  test("renders each kind of type", () => {
    const entries = [
      ...["str", "int", "bool", "null", "any"].map((name, index) => ({
        name,
        "meta-type": "builtin",
        "json-type": ["string", "int", "boolean", "null", "value"][index],
      })),
      object("0"),
      object("1", member("a-b", "str"), member("c", "[3]", true), member("d", "4")),
      { name: "[3]", "meta-type": "array", "element-type": "3" },
      {
        ...object("3", member("kind", "5"), member("same", "any")),
        tag: "kind",
        variants: [{ case: "x", type: "6" }],
      },
      { name: "4", "meta-type": "alternate", members: [{ type: "str" }, { type: "null" }] },
      {
        name: "5",
        "meta-type": "enum",
        values: ["x", "y"],
        members: [{ name: "x" }, { name: "y" }],
      },
      object("6", member("self", "3"), { ...member("old", "int"), features: ["deprecated"] }),
      ...selectedCommands.map((name) => ({
        name,
        "meta-type": "command",
        "arg-type": name === "set_link" ? "1" : "0",
        "ret-type": "0",
      })),
      { name: "WOKEN", "meta-type": "event", "arg-type": "6", features: ["unstable"] },
    ];
    const reader = new SchemaReader(entries as ConstructorParameters<typeof SchemaReader>[0]);
    const text = renderTypes(reader, "1.2.3");
    expect(text.split("export interface QmpCommands").length).toBe(2);
    expect(text.slice(text.indexOf("/** What each event tells. */"))).toMatchInlineSnapshot(`
      "/** What each event tells. */
      export interface QmpEvents {
        /** Unstable. */
        readonly WOKEN: WokenData;
      }

      export interface SetLinkArguments {
        readonly "a-b": string;
        readonly c?: readonly SetLinkArgumentsCItem[] | undefined;
        readonly d: SetLinkArgumentsD;
      }

      export interface WokenData {
        readonly self: SetLinkArgumentsCItem;
        /** @deprecated by QEMU */
        readonly old: number;
      }

      export type SetLinkArgumentsCItem = {
        readonly same: unknown;
      } & (
        | ({ readonly kind: "x" } & WokenData)
        | ({ readonly kind: "y" })
      );

      export type SetLinkArgumentsD =
        | string
        | null;
      "
    `);
  });

  test("every selected command has been found", () => {
    expect(selectedCommands.filter((name) => !schema.hasCommand(name))).toEqual([]);
    expect(new Set(selectedCommands).size).toBe(selectedCommands.length);
  });
});
