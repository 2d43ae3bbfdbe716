import type { CygwinFile, CygwinRelation, CygwinVersion, SetupIni } from "../setup-ini/model.ts";
import { compareVersions, isInRange, rangesMeet } from "./versions.ts";

/** A version that can be installed, with its package. */
export interface Candidate {
  readonly name: string;
  readonly version: CygwinVersion;
  readonly install: CygwinFile;
}

/** What an index offers, by name and by what is provided. */
export class Offer {
  readonly #index: SetupIni;
  readonly #own = new Map<string, readonly Candidate[]>();
  readonly #providers = new Map<string, Candidate[]>();

  constructor(index: SetupIni) {
    this.#index = index;
    for (const { name, versions } of index.packages.values()) {
      const candidates = versions.flatMap((version) =>
        version.install === undefined ? [] : [{ name, version, install: version.install }],
      );
      if (candidates.length === 0) continue;
      this.#own.set(name, candidates.toSorted(byPreference));
      for (const candidate of candidates) this.#noteProvided(candidate);
    }
  }

  /** The names that can be installed. */
  get names(): readonly string[] {
    return [...this.#own.keys()];
  }

  /** Whether the index tells of the package at all, if only of its sources. */
  knows(name: string): boolean {
    return this.#index.packages.has(name);
  }

  /** The names of a category's packages, whatever its capitals. */
  inCategory(category: string): readonly string[] {
    const wanted = category.toLowerCase();
    return [...this.#index.packages.values()]
      .filter(({ categories }) => categories.some((one) => one.toLowerCase() === wanted))
      .map(({ name }) => name)
      .filter((name) => this.#own.has(name));
  }

  /** All categories, sorted. */
  get categories(): readonly string[] {
    const all = [...this.#index.packages.values()].flatMap(({ categories }) => categories);
    return [...new Set(all)].sort();
  }

  /** The versions of a package, the one to take first. */
  versionsOf(name: string): readonly Candidate[] {
    return this.#own.get(name) ?? [];
  }

  /** Those that meet a relation, the best first: the package itself, unless another that meets it obsoletes it. */
  meeting(relation: CygwinRelation): readonly Candidate[] {
    const own = this.versionsOf(relation.name);
    const providers = this.#providers.get(relation.name) ?? [];
    const all = [...own, ...providers].filter((candidate) => meets(candidate, relation));
    return all.filter((candidate) => !all.some((other) => obsoletes(other, candidate)));
  }

  #noteProvided(candidate: Candidate): void {
    for (const { name } of provisions(candidate)) {
      if (name === candidate.name) continue;
      const list = this.#providers.get(name) ?? [];
      list.push(candidate);
      this.#providers.set(name, list.sort(byPreference));
    }
  }
}

/** What a version provides besides itself; where it says nothing of that, what it obsoletes (as for the installer). */
function provisions({ version }: Candidate): readonly CygwinRelation[] {
  return version.provides.length > 0 ? version.provides : version.obsoletes;
}

/** Whether a version does for a relation, by its name or by what it provides. */
export function meets(candidate: Candidate, relation: CygwinRelation): boolean {
  if (candidate.name === relation.name && isInRange(candidate.version.version, relation)) {
    return true;
  }
  return provisions(candidate).some(
    (provided) =>
      provided.name === relation.name &&
      (relation.version === undefined || rangesMeet(provided, relation)),
  );
}

/** Whether one version takes the place of another package's. */
export function obsoletes(one: Candidate, other: Candidate): boolean {
  return (
    one.name !== other.name &&
    one.version.obsoletes.some(
      (relation) => relation.name === other.name && isInRange(other.version.version, relation),
    )
  );
}

/** [curr] first, [test] last, the newest of the others between them; then by the packages' names. */
function byPreference(a: Candidate, b: Candidate): number {
  return (
    rank(a) - rank(b) ||
    compareVersions(b.version.version, a.version.version) ||
    (a.name < b.name ? -1 : Number(a.name > b.name))
  );
}

function rank({ version: { section } }: Candidate): number {
  if (section === "curr") return 0;
  return section === "test" ? 2 : 1;
}
