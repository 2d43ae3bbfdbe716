import { wholeIndexCategory } from "../../catalogue/whole-index.ts";
import type { CygwinHash, CygwinRelation, SetupIni } from "../setup-ini/model.ts";
import { byUnits } from "../../media/tree.ts";
import type { Candidate } from "./catalogue.ts";

/** A package in the version that is to be installed. */
export interface PlannedPackage {
  readonly name: string;
  readonly version: string;
  /** The section of the index that it comes from. */
  readonly section: string;
  /** Below the mirror's root. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly hash: CygwinHash;
  readonly description: string;
  readonly categories: readonly string[];
  readonly depends: readonly CygwinRelation[];
  readonly provides: readonly CygwinRelation[];
  readonly obsoletes: readonly CygwinRelation[];
  readonly conflicts: readonly CygwinRelation[];
}

/** All that is to be installed. */
export interface CygwinPlan {
  readonly release: string | undefined;
  readonly arch: string | undefined;
  /** When the index was made, in seconds since 1970. */
  readonly timestamp: number | undefined;
  readonly setupVersion: string | undefined;
  readonly setupMinimumVersion: string | undefined;
  /** In the order of their names. */
  readonly packages: readonly PlannedPackage[];
}

/** The plan of what was chosen from an index. */
export function planOf(index: SetupIni, chosen: readonly Candidate[]): CygwinPlan {
  const { packages, ...head } = index;
  return {
    ...head,
    packages: chosen
      .map(({ name, version, install }) => ({
        name,
        version: version.version,
        section: version.section,
        ...install,
        description: packages.get(name)?.shortDescription ?? "",
        // An index of winvm's own may be read like any other.
        categories: (packages.get(name)?.categories ?? []).filter(
          (category) => category !== wholeIndexCategory,
        ),
        depends: version.depends,
        provides: version.provides,
        obsoletes: version.obsoletes,
        conflicts: version.conflicts,
      }))
      .sort((a, b) => byUnits(a.name, b.name)),
  };
}
