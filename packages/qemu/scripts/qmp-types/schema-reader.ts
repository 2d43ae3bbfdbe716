/** One entry of `query-qmp-schema`, of whatever kind. (qapi/introspect.json of QEMU) */
export interface SchemaEntry {
  readonly name: string;
  readonly "meta-type": "builtin" | "enum" | "array" | "object" | "alternate" | "command" | "event";
  readonly "json-type"?: string;
  /** Of an enumeration; a newer QEMU has them in `members` instead. */
  readonly values?: readonly string[];
  readonly "element-type"?: string;
  readonly members?: readonly SchemaMember[];
  readonly tag?: string;
  readonly variants?: readonly { readonly case: string; readonly type: string }[];
  readonly "arg-type"?: string;
  readonly "ret-type"?: string;
  readonly features?: readonly string[];
}

/** An entry as QEMU sends it: the values of an enumeration are also members, without a type. */
export type RawSchemaEntry = Omit<SchemaEntry, "members"> & {
  readonly members?: readonly { readonly name?: string; readonly type?: string }[];
};

/** A member of an object, or a branch of an alternate, which has no name. */
export interface SchemaMember {
  readonly name?: string;
  readonly type: string;
  /** Present (and null) where the member is optional. */
  readonly default?: unknown;
  readonly features?: readonly string[];
}

/** Finds entries by name. */
export class SchemaReader {
  readonly #entries: ReadonlyMap<string, SchemaEntry>;

  constructor(entries: readonly RawSchemaEntry[]) {
    this.#entries = new Map(entries.map((entry) => [entry.name, withValues(entry)]));
  }

  find(name: string): SchemaEntry | undefined {
    return this.#entries.get(name);
  }

  /** @throws {TypeError} where the schema has no such entry */
  get(name: string): SchemaEntry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new TypeError(`the schema has no ${name}`);
    return entry;
  }

  /** All events, by name. */
  events(): readonly SchemaEntry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry["meta-type"] === "event")
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The given entries and all they are made of, in the schema's order. */
  closure(roots: readonly string[]): readonly SchemaEntry[] {
    const seen = new Set<string>();
    const todo = [...roots];
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      todo.push(...typesOf(this.get(name)));
    }
    return [...this.#entries.values()].filter(({ name }) => seen.has(name));
  }
}

/** An enumeration is its values, wherever this QEMU has them. */
function withValues(entry: RawSchemaEntry): SchemaEntry {
  if (entry["meta-type"] !== "enum") return entry as SchemaEntry;
  const { members, values, ...rest } = entry;
  const names = (members ?? []).map(({ name }) => name ?? "");
  return { ...rest, values: members === undefined ? (values ?? []) : names };
}

function typesOf(entry: SchemaEntry): readonly string[] {
  return [
    entry["arg-type"],
    entry["ret-type"],
    entry["element-type"],
    ...(entry.members ?? []).map(({ type }) => type),
    ...(entry.variants ?? []).map(({ type }) => type),
  ].filter((type) => type !== undefined);
}
