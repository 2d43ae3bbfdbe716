import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describeError, writeFileAtomically } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";
import type { StoreLayout } from "../store/layout.ts";
import { isAbsence } from "../store/manifest.ts";
import { isStateName } from "./state-name.ts";

/** Names and the keys of their states, the one that was given last first. */
export type StateNames = ReadonlyMap<string, string>;

/** What is known of the names in a store. */
export interface KnownNames {
  readonly names: StateNames;
  /** Names of which nobody can tell now whose they are. */
  readonly unreadable: readonly string[];
}

interface NameRecord {
  readonly key: string;
  readonly givenAt?: string;
}

/** All names in a store; also those whose state is gone. What can't be read is left out. */
export async function readStateNames(layout: StoreLayout): Promise<StateNames> {
  return (await readKnownNames(layout)).names;
}

/** As {@link readStateNames}, for whoever must not take a name that can't be read for none. */
export async function readKnownNames(layout: StoreLayout): Promise<KnownNames> {
  const found = await Promise.all(
    // What begins with a dot is being written; what else has no name's form is none of ours.
    (await readdir(layout.names)).filter(isStateName).map(async (name) => {
      const record = await readName(layout, name).catch(() => "damaged" as const);
      return { name, record };
    }),
  );
  const given = found.flatMap(({ name, record }) =>
    record === undefined || record === "damaged" ? [] : [{ name, givenAt: "", ...record }],
  );
  given.sort((a, b) => (a.givenAt < b.givenAt ? 1 : -1));
  return {
    names: new Map(given.map(({ name, key }) => [name, key])),
    unreadable: found.flatMap(({ name, record }) => (record === "damaged" ? [name] : [])),
  };
}

/**
 * Gives a name to a state; it is taken from the one that had it.
 *
 * @returns the key of the state that had it, where that is another one, and is known.
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` where the kernel does not let it be read whose it is.
 */
export async function giveStateName(
  layout: StoreLayout,
  name: string,
  key: string,
): Promise<string | undefined> {
  const before = keyOf(await readName(layout, name));
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
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` as {@link giveStateName} does.
 */
export async function dropStateName(
  layout: StoreLayout,
  name: string,
): Promise<string | undefined> {
  const key = keyOf(await readName(layout, name));
  if (key !== undefined) await rm(join(layout.names, name), { force: true });
  return key;
}

/** The names of a state, the last first. Pure. */
export function namesOf(names: StateNames, key: string): readonly string[] {
  return [...names].flatMap(([name, of]) => (of === key ? [name] : []));
}

/** `damaged`: it is no record of ours. A name is on the disk before its file is called so, so none is ever half written. */
async function readName(
  layout: StoreLayout,
  name: string,
): Promise<NameRecord | "damaged" | undefined> {
  const file = join(layout.names, name);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (isAbsence(cause as NodeJS.ErrnoException)) return undefined;
    throw new PipelineError({
      code: "PIPELINE_STORE_DAMAGED",
      asked: `read whose name ${name} is`,
      happened: describeError(cause),
      hint: `make ${file} readable, or remove it: then no state has this name`,
      data: { name, file },
      cause,
    });
  }
  try {
    const { key, givenAt } = JSON.parse(text) as Partial<NameRecord>;
    if (typeof key !== "string") return "damaged";
    return { key, ...(typeof givenAt === "string" ? { givenAt } : {}) };
  } catch {
    return "damaged";
  }
}

function keyOf(record: NameRecord | "damaged" | undefined): string | undefined {
  return typeof record === "object" ? record.key : undefined;
}
