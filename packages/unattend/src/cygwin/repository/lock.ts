import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../../errors.ts";
import type { CygwinPlan } from "../resolve/plan.ts";
import type { CygwinRequest } from "../resolve/resolve.ts";
import { readWish } from "../resolve/wishes.ts";
import { formatRelation, scanRelations } from "../setup-ini/relations.ts";
import { archivePathFaults } from "./archive-paths.ts";

/** A package of a lock. Relations are as setup.ini has them: `cygwin (>= 3.2)`. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** The section of the mirror's index that it comes from; in the repository's it is [curr]. */
  readonly section: string;
  /** Below the mirror's root, and below the repository's. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** `md5:` or `sha512:` and lower-case hexadecimal digits. */
  readonly hash: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly depends: readonly string[];
  readonly provides: readonly string[];
  readonly obsoletes: readonly string[];
  readonly conflicts: readonly string[];
}

/** An archive of a lock. */
export type LockedFile = Pick<LockedPackage, "path" | "size" | "hash">;

/** Everything that a repository is made of: the same lock gives the same repository and the same ISO. */
export interface CygwinLock {
  /** Of this form of a lock. */
  readonly format: 1;
  /** The release that the index is of: `cygwin`. */
  readonly release: string;
  readonly arch: "x86_64" | "x86";
  /** When the mirror's index was made, in seconds since 1970; 0 where it does not say. */
  readonly setupTimestamp: number;
  readonly setupVersion?: string;
  readonly setupMinimumVersion?: string;
  /** In the order of their names. */
  readonly packages: readonly LockedPackage[];
}

/** The archives of a lock; packages may share one. */
export function filesOf({ packages }: CygwinLock): readonly LockedFile[] {
  return [...new Map(packages.map((one) => [one.path, one])).values()];
}

/** Where a repository and an ISO have the index. */
export function indexPath({ arch }: Pick<CygwinLock, "arch">): string {
  return `${arch}/setup.ini`;
}

/**
 * The lock of a plan.
 *
 * @throws UnattendError `UNATTEND_SETUP_INI_INVALID` when the index is of another architecture, or names files that
 *   cannot lie in a repository: paths that lead out of it, names that Windows cannot open, two files in one place.
 */
export function lockOf(plan: CygwinPlan, arch: CygwinLock["arch"]): CygwinLock {
  const lock: CygwinLock = {
    format: 1,
    release: plan.release ?? "cygwin",
    arch,
    setupTimestamp: plan.timestamp ?? 0,
    ...(plan.setupVersion === undefined ? {} : { setupVersion: plan.setupVersion }),
    ...(plan.setupMinimumVersion === undefined
      ? {}
      : { setupMinimumVersion: plan.setupMinimumVersion }),
    packages: plan.packages.map((one) => ({
      name: one.name,
      version: one.version,
      section: one.section,
      path: one.path,
      size: one.size,
      hash: `${one.hash.algorithm}:${one.hash.hex}`,
      description: one.description.replaceAll('"', "'").replaceAll(/\s+/g, " ").trim(),
      categories: one.categories,
      depends: one.depends.map(formatRelation),
      provides: one.provides.map(formatRelation),
      obsoletes: one.obsoletes.map(formatRelation),
      conflicts: one.conflicts.map(formatRelation),
    })),
  };
  const faults = lockFaults(lock);
  if (plan.arch !== undefined && plan.arch !== arch) {
    faults.unshift({ path: "arch", expected: arch, value: plan.arch });
  }
  throwFaults(
    "UNATTEND_SETUP_INI_INVALID",
    "lock the packages of Cygwin",
    faults,
    "take another mirror, or the architecture that its index is of",
  );
  return lock;
}

/** What of a request is not in a lock. */
export function notInLock(
  lock: CygwinLock,
  { categories = [], packages = [] }: CygwinRequest,
): Fault[] {
  const faults: Fault[] = [];
  for (const text of packages) {
    const { name, which } = readWish(text);
    const found = lock.packages.find((one) => one.name === name);
    const path = `package ${text}`;
    if (found === undefined) {
      faults.push({ path, expected: "a package of the lock", value: "not there" });
    } else if (which !== undefined && which !== found.version && which !== found.section) {
      const expected = `the lock's version, ${found.version} [${found.section}]`;
      faults.push({ path, expected, value: which });
    }
  }
  for (const category of categories) {
    const wanted = category.toLowerCase();
    const has = (one: LockedPackage): boolean =>
      one.categories.some((own) => own.toLowerCase() === wanted);
    if (lock.packages.some(has)) continue;
    const expected = "a category of the lock's packages";
    faults.push({ path: `category ${category}`, expected, value: "not there" });
  }
  return faults;
}

/** A lock as a file has it: JSON, indented, the same for the same lock. */
export function formatLock(lock: CygwinLock): string {
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}

const word = /^[!a-zA-Z0-9_./:+~-]+$/;

/** What a lock's entries have wrong that has its form: names, paths, two files in one place. */
export function lockFaults(lock: CygwinLock): Fault[] {
  const faults: Fault[] = [];
  for (const key of ["release", "setupVersion", "setupMinimumVersion"] as const) {
    const value = lock[key];
    if (value === undefined || word.test(value)) continue;
    faults.push({ path: key, expected: "a word of setup.ini", value });
  }
  const files = new Map<string, LockedPackage>();
  for (const [at, one] of lock.packages.entries()) {
    const path = `packages[${at}]`;
    for (const key of ["name", "version", "path"] as const) {
      if (word.test(one[key])) continue;
      faults.push({ path: `${path}.${key}`, expected: "a word of setup.ini", value: one[key] });
    }
    for (const category of one.categories) {
      if (word.test(category)) continue;
      faults.push({ path: `${path}.categories`, expected: "words of setup.ini", value: category });
    }
    for (const key of ["depends", "provides", "obsoletes", "conflicts"] as const) {
      const value = one[key].find(
        (relation) => relation.includes(",") || scanRelations(relation, "comma") >= 0,
      );
      if (value === undefined) continue;
      faults.push({
        path: `${path}.${key}`,
        expected: "a package, perhaps with (>= version)",
        value,
      });
    }
    const same = files.get(one.path);
    if (same !== undefined && (same.size !== one.size || same.hash !== one.hash)) {
      const expected = `the size and hash that ${same.name} gives for ${one.path}`;
      faults.push({ path, expected, value: `${one.size} bytes, ${one.hash}` });
    }
    files.set(one.path, one);
  }
  return [...faults, ...archivePathFaults([...files.keys()], indexPath(lock))];
}
