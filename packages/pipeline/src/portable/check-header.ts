import type { Fault } from "@winvm/runtime";
import { isStateName } from "../states/state-name.ts";
import { imageFiles, mediaContent, stateFiles, type StoreKind } from "../store/layout.ts";
import type { Manifest } from "../store/manifest.ts";
import { entryName, needsOf } from "../store/needs.ts";
import type { ContainedEntry, ContainerHeader } from "./format.ts";

const kinds: readonly string[] = ["images", "states", "media"] satisfies StoreKind[];
/** The latest time that a `Date` can have. */
const latestMs = 8.64e15;
const keyForm = /^[0-9a-f]{32}$/;

/** The names that an entry's files may have: those that winvm gives them, and no paths. */
const knownNames: Readonly<Record<StoreKind, (name: string) => boolean>> = {
  images: (name) => (Object.values(imageFiles) as readonly string[]).includes(name),
  states: (name) => (Object.values(stateFiles) as readonly string[]).includes(name),
  media: (name) => {
    const [directory, file = "", ...more] = name.split("/");
    return directory === mediaContent && more.length === 0 && /^[\w-][\w.-]*$/.test(file);
  },
};

/**
 * What is wrong with a header, all of it: a file from elsewhere may say anything. Names that are not winvm's, entries that
 * are not what their manifest says, needs that do not come along. Pure.
 */
export function headerFaults(header: ContainerHeader): readonly Fault[] {
  if (!isObject(header) || !Array.isArray(header.entries))
    return [{ path: "header", expected: "the entries of a store", value: typeof header }];
  const faults: Fault[] = [];
  const before = new Set<string>();
  for (const [index, entry] of header.entries.entries()) {
    const path = `entries[${index}]`;
    if (!isObject(entry) || !kinds.includes(entry.kind) || !keyForm.test(String(entry.key))) {
      faults.push({ path, expected: "a kind and a key of the store", value: placeOf(entry) });
      continue;
    }
    faults.push(...filesFaults(entry, path), ...manifestFaults(entry, path, before));
    if (before.has(entryName(entry)))
      faults.push({ path, expected: "each entry once", value: entryName(entry) });
    before.add(entryName(entry));
  }
  const last = header.entries.at(-1);
  if (faults.length === 0 && (last?.kind !== "states" || last.key !== header.state))
    faults.push({ path: "state", expected: "the last entry", value: header.state });
  return [...faults, ...nameFaults(header.names, before)];
}

/** A name becomes a file's. Those of older files have none. */
function nameFaults(names: unknown, entries: ReadonlySet<string>): Fault[] {
  if (names === undefined) return [];
  if (typeof names !== "object" || names === null || Array.isArray(names))
    return [{ path: "names", expected: "names and keys", value: typeof names }];
  return Object.entries(names).flatMap(([name, key]: [string, unknown]) => {
    const path = `names[${JSON.stringify(name)}]`;
    if (!isStateName(name))
      return [{ path, expected: "a name that a state may have", value: name }];
    const known = typeof key === "string" && entries.has(entryName({ kind: "states", key }));
    return known ? [] : [{ path, expected: "the key of a state that comes along", value: key }];
  });
}

function filesFaults(entry: ContainedEntry, path: string): Fault[] {
  if (!Array.isArray(entry.files))
    return [{ path: `${path}.files`, expected: "a list", value: typeof entry.files }];
  const faults: Fault[] = [];
  const names = new Set<unknown>();
  for (const [index, file] of entry.files.entries()) {
    const at = `${path}.files[${index}]`;
    const name = isObject(file) ? file.name : undefined;
    if (typeof name !== "string" || !knownNames[entry.kind](name) || names.has(name)) {
      faults.push({ path: `${at}.name`, expected: `a file of ${entry.kind}`, value: name });
      continue;
    }
    names.add(name);
    const { sizeBytes, mode, dataBytes } = file;
    const sound =
      [sizeBytes, mode, dataBytes].every((value) => Number.isSafeInteger(value) && value >= 0) &&
      dataBytes <= sizeBytes;
    if (!sound)
      faults.push({ path: at, expected: "sizes of a file", value: { sizeBytes, mode, dataBytes } });
  }
  return faults;
}

function manifestFaults(
  entry: ContainedEntry,
  path: string,
  before: ReadonlySet<string>,
): readonly Fault[] {
  const at = `${path}.manifest`;
  const manifest = parseManifest(entry.manifest);
  if (manifest === undefined)
    return [{ path: at, expected: "a manifest of format 1", value: typeof entry.manifest }];
  const faults: Fault[] = [];
  const expect = (name: string, expected: string, value: unknown, met: boolean): void => {
    if (!met) faults.push({ path: `${at}.${name}`, expected, value });
  };
  expect("kind", entry.kind, manifest.kind, manifest.kind === entry.kind);
  expect("key", entry.key, manifest.key, manifest.key === entry.key);
  const { createdAt } = manifest as { readonly createdAt: unknown };
  expect("createdAt", "a time", createdAt, isTime(createdAt));
  const listed = Object.entries(manifest.files)
    .map(([name, file]) => `${name} ${file.sizeBytes}`)
    .sort();
  const packed = Array.isArray(entry.files)
    ? entry.files.map((file) => `${file?.name} ${file?.sizeBytes}`).sort()
    : [];
  expect("files", packed.join(", "), listed.join(", "), listed.join() === packed.join());
  for (const need of needsOf(manifest)) {
    const text = entryName(need);
    expect("inputs", "what comes before it", text, before.has(text));
  }
  if (entry.kind !== "states") return faults;
  // Paths are made from these, so they have to be the keys that were looked at above.
  for (const [fact, input] of [
    ["imageKey", "image"],
    ["controllerKey", "controller"],
  ] as const) {
    const value = manifest.facts[fact];
    const wanted = manifest.inputs[input];
    expect(
      `facts.${fact}`,
      `inputs.${input}`,
      value,
      typeof value === "string" && value === wanted,
    );
  }
  // What a listing can't show would stop all listings of the store.
  const { frozenClockMs } = manifest.facts;
  expect("facts.frozenClockMs", "a time", frozenClockMs, isClock(frozenClockMs));
  return faults;
}

function parseManifest(text: unknown): Manifest | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const manifest = JSON.parse(text) as Manifest;
    const sound =
      manifest.format === 1 &&
      [manifest.inputs, manifest.facts, manifest.files].every(isObject) &&
      Object.values(manifest.files).every(isObject);
    return sound ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

/** Absent in older states. */
function isClock(value: unknown): boolean {
  return value === undefined || (typeof value === "number" && value >= 0 && value <= latestMs);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function placeOf(entry: unknown): string {
  if (!isObject(entry)) return typeof entry;
  const { kind, key } = entry as Partial<ContainedEntry>;
  return `${String(kind)}/${String(key)}`;
}
