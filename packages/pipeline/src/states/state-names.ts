import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "@winvm/runtime";
import type { StoreLayout } from "../store/layout.ts";

/** Names and the keys of their states, the one that was given last first. */
export type StateNames = ReadonlyMap<string, string>;

interface NameRecord {
  readonly key: string;
  readonly givenAt: string;
}

/** All names in a store; also those whose state is gone. */
export async function readStateNames(layout: StoreLayout): Promise<StateNames> {
  const found = await Promise.all(
    // What begins with a dot is being written.
    (await readdir(layout.names))
      .filter((name) => !name.startsWith("."))
      .map(async (name) => ({ name, ...(await readName(layout, name)) })),
  );
  const given = found.flatMap(({ name, key, givenAt = "" }) =>
    key === undefined ? [] : [{ name, key, givenAt }],
  );
  given.sort((a, b) => (a.givenAt < b.givenAt ? 1 : -1));
  return new Map(given.map(({ name, key }) => [name, key]));
}

/**
 * Gives a name to a state; it is taken from the one that had it.
 *
 * @returns the key of the state that had it, where that is another one.
 */
export async function giveStateName(
  layout: StoreLayout,
  name: string,
  key: string,
): Promise<string | undefined> {
  const before = (await readName(layout, name)).key;
  if (before === key) return undefined;
  const record: NameRecord = { key, givenAt: new Date().toISOString() };
  await writeFileAtomically(join(layout.names, name), `${JSON.stringify(record)}\n`, {
    mode: 0o600,
    durable: true,
  });
  return before;
}

/**
 * Takes a name away; its state stays.
 *
 * @returns the key of the state that had it; `undefined` where no state has this name.
 */
export async function dropStateName(
  layout: StoreLayout,
  name: string,
): Promise<string | undefined> {
  const { key } = await readName(layout, name);
  if (key !== undefined) await rm(join(layout.names, name), { force: true });
  return key;
}

/** The names of a state, the last first. Pure. */
export function namesOf(names: StateNames, key: string): readonly string[] {
  return [...names].flatMap(([name, of]) => (of === key ? [name] : []));
}

async function readName(layout: StoreLayout, name: string): Promise<Partial<NameRecord>> {
  try {
    return JSON.parse(await readFile(join(layout.names, name), "utf8")) as NameRecord;
  } catch {
    // None of ours: as good as no name.
    return {};
  }
}
