import type { SchemaEntry, SchemaMember, SchemaReader } from "./schema-reader.ts";
import {
  droppedLater,
  knownNames,
  openArguments,
  retypedLater,
  selectedCommands,
} from "./selection.ts";

const jsonTypes: Readonly<Record<string, string>> = {
  string: "string",
  int: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
  value: "unknown",
};

/** The TypeScript file with the types of the selected commands and of all events. */
export function renderTypes(schema: SchemaReader, version: string): string {
  return new TypeRenderer(schema).render(version);
}

class TypeRenderer {
  readonly #schema: SchemaReader;
  readonly #names = new Map<string, string>();
  readonly #nameAt = new Map<string, string>();
  readonly #declarations: string[] = [];
  readonly #todo: { readonly entry: SchemaEntry; readonly name: string; readonly path: string }[] =
    [];

  constructor(schema: SchemaReader) {
    this.#schema = schema;
  }

  render(version: string): string {
    const commands = selectedCommands.map((name) => this.#command(this.#schema.get(name)));
    const events = this.#schema
      .events()
      .map((event) => this.#entry(event, this.#reference(event["arg-type"], `${event.name} data`)));
    for (let next = this.#todo.shift(); next !== undefined; next = this.#todo.shift()) {
      this.#declarations.push(this.#declare(next.entry, next.name, next.path));
    }
    return [
      `// Made by scripts/generate-qmp-types.ts from the QMP schema of QEMU ${version}. Do not edit.`,
      "",
      "/** The QEMU whose schema these types are made from. */",
      `export const qmpSchemaVersion = ${JSON.stringify(version)};`,
      "",
      "/** An object without members. */",
      "export type QmpNothing = Readonly<Record<string, never>>;",
      "",
      "/** What each command takes and answers. */",
      "export interface QmpCommands {",
      ...commands,
      "}",
      "",
      "/** What each event tells. */",
      "export interface QmpEvents {",
      ...events,
      "}",
      "",
      ...this.#declarations,
    ].join("\n");
  }

  #command(command: SchemaEntry): string {
    const open = openArguments.has(command.name) ? " & { readonly [member: string]: unknown }" : "";
    const args = this.#reference(command["arg-type"], `${command.name} arguments`) + open;
    const result = this.#reference(command["ret-type"], `${command.name} return`);
    return this.#entry(command, `{ readonly arguments: ${args}; readonly return: ${result} }`);
  }

  #entry(entry: SchemaEntry, type: string): string {
    return `${markOf(entry.features, "  ")}  readonly ${key(entry.name)}: ${type};`;
  }

  /** @param path where the type is met, from which it gets its name */
  #reference(type: string | undefined, path: string): string {
    if (type === undefined) return "QmpNothing";
    const entry = this.#schema.get(type);
    if (entry["meta-type"] === "builtin") return jsonTypes[entry["json-type"] ?? ""] ?? "unknown";
    if (entry["meta-type"] === "array") {
      return `readonly ${this.#reference(entry["element-type"], `${path}[]`)}[]`;
    }
    if (isEmpty(entry)) return "QmpNothing";
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const name = this.#freeName(knownNames[path] ?? this.#nameAfter(path));
    this.#names.set(type, name);
    this.#nameAt.set(path, name);
    this.#todo.push({ entry, name, path });
    return name;
  }

  /** The name of the nearest type around the place, and the way from there. */
  #nameAfter(path: string): string {
    for (let end = path.length - 1; end > 0; end -= 1) {
      const around = this.#nameAt.get(path.slice(0, end));
      if (around !== undefined) return around + pascal(path.slice(end));
    }
    return pascal(path);
  }

  #freeName(wanted: string): string {
    const taken = new Set(this.#names.values());
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted}${count}`;
    return name;
  }

  #declare(entry: SchemaEntry, name: string, path: string): string {
    const kind = entry["meta-type"];
    if (kind === "object") return this.#declareObject(entry, name, path);
    const branches =
      kind === "enum"
        ? (entry.values ?? []).map((value) => JSON.stringify(value))
        : (entry.members ?? []).map(({ type }, index) => this.#reference(type, `${path}:${index}`));
    return `export type ${name} =\n${branches.map((branch) => `  | ${branch}`).join("\n")};\n`;
  }

  #declareObject(entry: SchemaEntry, name: string, path: string): string {
    const { tag, variants = [] } = entry;
    const members = (entry.members ?? []).filter((member) => member.name !== tag);
    const body = members.map((member) => this.#member(member, path)).join("\n");
    if (tag === undefined) return `export interface ${name} {\n${body}\n}\n`;
    const branches = [...this.#branches(entry, tag, variants)].map(([type, cases]) => {
      const values = cases.map((value) => JSON.stringify(value)).join(" | ");
      const more = type === undefined ? "" : this.#variant(type, `${path}:${cases[0]}`);
      return `  | ({ readonly ${key(tag)}: ${values} }${more})`;
    });
    const base = body === "" ? "" : `{\n${body}\n} & `;
    return `export type ${name} = ${base}(\n${branches.join("\n")}\n);\n`;
  }

  /** The cases of a tagged union by the type that they add; undefined for those that add nothing. */
  #branches(
    entry: SchemaEntry,
    tag: string,
    variants: NonNullable<SchemaEntry["variants"]>,
  ): Map<string | undefined, string[]> {
    const tagType = entry.members?.find((member) => member.name === tag)?.type;
    const values = tagType === undefined ? [] : (this.#schema.get(tagType).values ?? []);
    return Map.groupBy(values, (value) => variants.find((variant) => variant.case === value)?.type);
  }

  #variant(type: string, path: string): string {
    const reference = this.#reference(type, path);
    return reference === "QmpNothing" ? "" : ` & ${reference}`;
  }

  #member(member: SchemaMember, path: string): string {
    const name = member.name ?? "";
    const place = `${path}.${name}`;
    const type = retypedLater.has(place) ? "unknown" : this.#reference(member.type, place);
    const optional = "default" in member || droppedLater.has(place);
    const mark = markOf(member.features, "  ");
    return `${mark}  readonly ${key(name)}${optional ? "?" : ""}: ${type}${optional && type !== "unknown" ? " | undefined" : ""};`;
  }
}

function isEmpty(entry: SchemaEntry): boolean {
  return entry["meta-type"] === "object" && entry.tag === undefined && entry.members?.length === 0;
}

function markOf(features: readonly string[] | undefined, indent: string): string {
  const marks = (features ?? []).filter((mark) => mark === "deprecated" || mark === "unstable");
  if (marks.length === 0) return "";
  return `${indent}/** ${marks.map((mark) => (mark === "deprecated" ? "@deprecated by QEMU" : "Unstable.")).join(" ")} */\n`;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function pascal(path: string): string {
  return path
    .replaceAll("[]", " item")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => (/^[A-Z]+$/.test(word) ? word.toLowerCase() : word))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
