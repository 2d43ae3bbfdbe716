/** One entry of `query-qmp-schema`, as far as it is used here. */
interface SchemaEntry {
  readonly name: string;
  readonly "meta-type": string;
  readonly "arg-type"?: string | undefined;
  readonly "element-type"?: string | undefined;
  readonly members?: readonly { readonly name: string; readonly type?: string }[] | undefined;
  readonly values?: readonly string[] | undefined;
}

/** What the QMP schema tells. */
export interface SchemaFacts {
  readonly ignoreShared: boolean;
  readonly mappedRam: boolean;
  readonly fileTransport: boolean;
  readonly screendumpPng: boolean;
}

/**
 * Reads the answer of `query-qmp-schema`. Names of types are masked there (`"150"`), so the enumeration of migration
 * capabilities is known by two values that it has had from the start, and other types by the way to them.
 */
export function readSchema(schema: readonly unknown[]): SchemaFacts {
  const entries = schema as readonly SchemaEntry[];
  const capabilities = new Set(
    entries
      .filter((entry) => entry["meta-type"] === "enum")
      .map((entry) => entry.values ?? [])
      .find((values) => values.includes("xbzrle") && values.includes("events")),
  );
  const screendump = entries.find(
    (entry) => entry["meta-type"] === "command" && entry.name === "screendump",
  );
  const screendumpArguments = entries.find((entry) => entry.name === screendump?.["arg-type"]);
  return {
    ignoreShared: capabilities.has("x-ignore-shared"),
    mappedRam: capabilities.has("mapped-ram"),
    fileTransport: transports(entries).includes("file"),
    screendumpPng: screendumpArguments?.members?.some(({ name }) => name === "format") ?? false,
  };
}

/** The ways on which a state may come: QAPI's `MigrationAddressType`. None where QEMU knows no such addresses. */
function transports(entries: readonly SchemaEntry[]): readonly string[] {
  const types = new Map(entries.map((entry) => [entry.name, entry]));
  let type = types.get(types.get("migrate-incoming")?.["arg-type"] ?? "");
  for (const name of ["channels", "addr", "transport"]) {
    const found = types.get(type?.members?.find((member) => member.name === name)?.type ?? "");
    type = types.get(found?.["element-type"] ?? "") ?? found;
  }
  return type?.values ?? [];
}

/** The names that `-netdev help` prints, a line each below a heading. */
export function parseNetdevHelp(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^[a-z][a-z0-9-]*$/.test(line))
    .toSorted();
}
