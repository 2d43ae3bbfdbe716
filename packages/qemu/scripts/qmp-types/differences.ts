import type { SchemaEntry, SchemaMember, SchemaReader } from "./schema-reader.ts";

/** Which way data goes decides what a change breaks. */
type Direction = "to QEMU" | "from QEMU";

/**
 * What code that was written for one schema can't rely on with another. Sent: nothing may go, nothing may become
 * required. Received: what was always there must stay.
 *
 * @param names the commands and events to compare
 */
export function differences(
  before: SchemaReader,
  now: SchemaReader,
  names: readonly string[],
): readonly string[] {
  const comparison = new Comparison(before, now);
  return names.flatMap((name) => comparison.entry(name));
}

class Comparison {
  readonly #before: SchemaReader;
  readonly #now: SchemaReader;
  readonly #seen = new Set<string>();

  constructor(before: SchemaReader, now: SchemaReader) {
    this.#before = before;
    this.#now = now;
  }

  entry(name: string): readonly string[] {
    const before = this.#before.get(name);
    const now = this.#now.find(name);
    if (now?.["meta-type"] !== before["meta-type"]) return [`${name}: has gone`];
    if (before["meta-type"] === "event") {
      return this.#types(before["arg-type"], now["arg-type"], `${name} data`, "from QEMU");
    }
    return [
      ...this.#types(before["arg-type"], now["arg-type"], `${name} arguments`, "to QEMU"),
      ...this.#types(before["ret-type"], now["ret-type"], `${name} return`, "from QEMU"),
    ];
  }

  #types(
    beforeName: string | undefined,
    nowName: string | undefined,
    path: string,
    direction: Direction,
  ): readonly string[] {
    const mark = `${beforeName} ${nowName} ${direction}`;
    if (beforeName === undefined || nowName === undefined || this.#seen.has(mark)) return [];
    this.#seen.add(mark);
    const before = this.#before.get(beforeName);
    const now = this.#now.get(nowName);
    // A QEMU may accept alternatives where it had one type.
    if (direction === "to QEMU" && now["meta-type"] === "alternate") return [];
    const [was, is] = [kindOf(before), kindOf(now)];
    if (was !== is) return [`${path}: is ${is}, was ${was}`];
    if (was === "array") {
      const [elementBefore, elementNow] = [before["element-type"], now["element-type"]];
      return this.#types(elementBefore, elementNow, `${path}[]`, direction);
    }
    if (was === "enum" && direction === "to QEMU") {
      return missing(before.values, now.values).map((value) => `${path}=${value}: has gone`);
    }
    return was === "object" ? this.#objects(before, now, path, direction) : [];
  }

  #objects(
    before: SchemaEntry,
    now: SchemaEntry,
    path: string,
    direction: Direction,
  ): readonly string[] {
    const current = new Map((now.members ?? []).map((member) => [member.name, member]));
    const kept = (before.members ?? []).flatMap((member) => {
      const found = current.get(member.name);
      const place = `${path}.${member.name}`;
      if (found === undefined) {
        return direction === "from QEMU" && isOptional(member) ? [] : [`${place}: has gone`];
      }
      return [
        ...obligation(member, found, place, direction),
        ...this.#types(member.type, found.type, place, direction),
      ];
    });
    const had = new Set((before.members ?? []).map(({ name }) => name));
    const demanded = (now.members ?? [])
      .filter((member) => direction === "to QEMU" && !had.has(member.name) && !isOptional(member))
      .map((member) => `${path}.${member.name}: is required now`);
    const variants = (before.variants ?? []).flatMap((variant) => {
      const found = now.variants?.find((each) => each.case === variant.case);
      return this.#types(variant.type, found?.type, `${path}:${variant.case}`, direction);
    });
    return [...kept, ...demanded, ...variants];
  }
}

function obligation(
  before: SchemaMember,
  now: SchemaMember,
  place: string,
  direction: Direction,
): readonly string[] {
  if (direction === "to QEMU" && isOptional(before) && !isOptional(now)) {
    return [`${place}: is required now`];
  }
  if (direction === "from QEMU" && !isOptional(before) && isOptional(now)) {
    return [`${place}: is optional now`];
  }
  return [];
}

function isOptional(member: SchemaMember): boolean {
  return "default" in member;
}

function kindOf(entry: SchemaEntry): string {
  const kind = entry["meta-type"];
  return kind === "builtin" ? (entry["json-type"] ?? kind) : kind;
}

function missing(
  before: readonly string[] | undefined,
  now: readonly string[] | undefined,
): readonly string[] {
  return (before ?? []).filter((value) => now?.includes(value) !== true);
}
