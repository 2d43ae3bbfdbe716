/** How a relation compares versions. `<<` and `>>` of the file are `<` and `>` here, `==` is `=`. */
export type CygwinOperator = "<" | "<=" | "=" | ">=" | ">";

/** A package that another one names, with a bound on its version where there is one: `cygwin (>= 3.2)`. */
export interface CygwinRelation {
  readonly name: string;
  readonly operator?: CygwinOperator;
  readonly version?: string;
}

/** The hash of a file, in lower-case hexadecimal digits however the file had it. */
export interface CygwinHash {
  readonly algorithm: "md5" | "sha512";
  readonly hex: string;
}

/** An archive on a mirror. */
export interface CygwinFile {
  /** Below the mirror's root, with `/` between names. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly hash: CygwinHash;
}

/** One version of a package. */
export interface CygwinVersion {
  readonly version: string;
  /** The section it stands in: `curr`, `prev`, `test`, or any other name. */
  readonly section: string;
  /** What is installed; `undefined` for a package of sources only. */
  readonly install: CygwinFile | undefined;
  readonly source: CygwinFile | undefined;
  /** The package of the sources (`Source:`, `srcpkg:`). */
  readonly sourcePackage: string | undefined;
  /** `requires:` or `depends2:`. A version without either has those of the version above it, as for the installer. */
  readonly depends: readonly CygwinRelation[];
  readonly buildDepends: readonly CygwinRelation[];
  readonly obsoletes: readonly CygwinRelation[];
  readonly provides: readonly CygwinRelation[];
  readonly conflicts: readonly CygwinRelation[];
}

/** A package with all its versions, in the order of the file. */
export interface CygwinPackage {
  readonly name: string;
  readonly shortDescription: string;
  readonly longDescription: string;
  readonly categories: readonly string[];
  /** What the installer shows before it installs the package. */
  readonly message: { readonly id: string; readonly text: string } | undefined;
  /** Versions that the installer replaces even by older ones. */
  readonly replaceVersions: readonly string[];
  readonly versions: readonly CygwinVersion[];
}

/** The index of a mirror. */
export interface SetupIni {
  /** `cygwin`, or the name of another project. */
  readonly release: string | undefined;
  /** `x86_64`, `x86`. */
  readonly arch: string | undefined;
  /** When the index was made, in seconds since 1970. */
  readonly timestamp: number | undefined;
  /** The newest setup program when the index was made. */
  readonly setupVersion: string | undefined;
  /** The oldest setup program that the index is for. */
  readonly setupMinimumVersion: string | undefined;
  /** Name → package, in the order of the file. */
  readonly packages: ReadonlyMap<string, CygwinPackage>;
}
