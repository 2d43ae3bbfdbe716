import type { SchemaInfo } from "./schema.generated.ts";

/** Which part of a command or an event. */
export type SchemaSide = "arguments" | "return" | "data";

/**
 * What the QMP of one QEMU can do, from its `query-qmp-schema`. Names of types are masked there, and so mean nothing;
 * names of commands, events, members and values are real.
 */
export class QmpSchema {
  readonly #byName: ReadonlyMap<string, SchemaInfo>;

  constructor(entries: readonly SchemaInfo[]) {
    this.#byName = new Map(entries.map((entry) => [entry.name, entry]));
  }

  hasCommand(name: string): boolean {
    return this.#byName.get(name)?.["meta-type"] === "command";
  }

  hasEvent(name: string): boolean {
    return this.#byName.get(name)?.["meta-type"] === "event";
  }

  /**
   * Whether a member exists, in whatever variant.
   *
   * @param name of a command or an event
   * @param path names of members joined by dots; arrays are looked into: `capabilities.capability`
   */
  hasMember(name: string, side: SchemaSide, path: string): boolean {
    return this.#follow(name, side, path).length > 0;
  }

  /** The values that a member of enumerated type can have; none where there is no such member. */
  valuesOf(name: string, side: SchemaSide, path: string): readonly string[] {
    const found = this.#follow(name, side, path).flatMap((type) => this.#reach(type));
    return found.flatMap((entry) => (entry["meta-type"] === "enum" ? enumValues(entry) : []));
  }

  /** Marks of a command, such as `deprecated` or `unstable`. */
  marksOf(command: string): readonly string[] {
    return this.#byName.get(command)?.features ?? [];
  }

  /** The types of the members that a path leads to; several where variants share a name. */
  #follow(name: string, side: SchemaSide, path: string): readonly string[] {
    const root = this.#rootOf(name, side);
    if (root === undefined) return [];
    let types: readonly string[] = [root];
    for (const segment of path.split(".")) {
      types = types
        .flatMap((type) => this.#reach(type))
        .flatMap((entry) => membersOf(entry))
        .filter((member) => member.name === segment)
        .map((member) => member.type);
    }
    return types;
  }

  #rootOf(name: string, side: SchemaSide): string | undefined {
    const entry = this.#byName.get(name);
    if (entry?.["meta-type"] === "event") return side === "data" ? entry["arg-type"] : undefined;
    if (entry?.["meta-type"] !== "command") return undefined;
    if (side === "data") return undefined;
    return side === "arguments" ? entry["arg-type"] : entry["ret-type"];
  }

  /** A type with what stands behind it: elements of arrays, variants of objects, alternatives. */
  #reach(type: string, seen: Set<string> = new Set()): readonly SchemaInfo[] {
    const entry = this.#byName.get(type);
    if (entry === undefined || seen.has(type)) return [];
    seen.add(type);
    return [entry, ...behind(entry).flatMap((next) => this.#reach(next, seen))];
  }
}

type EnumInfo = Extract<SchemaInfo, { "meta-type": "enum" }>;

/** QEMU calls `values` deprecated since 6.2, and has `members` since then. */
function enumValues(entry: EnumInfo): readonly string[] {
  const { members, values } = entry as Partial<EnumInfo>;
  return members?.map(({ name }) => name) ?? values ?? [];
}

function membersOf(entry: SchemaInfo): readonly { readonly name: string; readonly type: string }[] {
  return entry["meta-type"] === "object" ? entry.members : [];
}

function behind(entry: SchemaInfo): readonly string[] {
  if (entry["meta-type"] === "array") return [entry["element-type"]];
  if (entry["meta-type"] === "object") return (entry.variants ?? []).map(({ type }) => type);
  return entry["meta-type"] === "alternate" ? entry.members.map(({ type }) => type) : [];
}
