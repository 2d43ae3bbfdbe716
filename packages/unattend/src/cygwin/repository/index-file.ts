import { wholeIndexCategory } from "../../catalogue/whole-index.ts";
import type { CygwinLock, LockedPackage } from "./lock.ts";

/**
 * The setup.ini of a repository: the locked packages and nothing else, as [curr]. Dependencies without bounds are told
 * by `requires:`, which every age of the installer reads.
 */
export function indexOf(lock: CygwinLock): Buffer {
  const head = [
    "# Made by winvm: the packages of cygwin.lock.json.",
    `release: ${lock.release}`,
    `arch: ${lock.arch}`,
    `setup-timestamp: ${lock.setupTimestamp}`,
    ...optional("setup-minimum-version", lock.setupMinimumVersion),
    ...optional("setup-version", lock.setupVersion),
  ];
  const blocks = [head, ...lock.packages.map(packageLines)];
  return Buffer.from(blocks.map((lines) => `${lines.join("\n")}\n`).join("\n"));
}

function packageLines(one: LockedPackage): string[] {
  const bounded = one.depends.some((relation) => relation.includes("("));
  const depends = bounded
    ? `depends2: ${one.depends.join(", ")}`
    : `requires: ${one.depends.join(" ")}`;
  return [
    `@ ${one.name}`,
    `sdesc: "${one.description}"`,
    ...list("category", [wholeIndexCategory, ...one.categories], " "),
    ...(one.depends.length > 0 ? [depends] : []),
    `version: ${one.version}`,
    `install: ${one.path} ${one.size} ${one.hash.slice(one.hash.indexOf(":") + 1)}`,
    ...list("provides", one.provides, ", "),
    ...list("obsoletes", one.obsoletes, ", "),
    ...list("conflicts", one.conflicts, ", "),
  ];
}

function list(key: string, values: readonly string[], separator: string): string[] {
  return values.length === 0 ? [] : [`${key}: ${values.join(separator)}`];
}

function optional(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${key}: ${value}`];
}
