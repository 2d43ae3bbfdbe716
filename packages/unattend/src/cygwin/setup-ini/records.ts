import { decode } from "./characters.ts";
import type {
  CygwinFile,
  CygwinPackage,
  CygwinRelation,
  CygwinVersion,
  SetupIni,
} from "./model.ts";
import { readRelations } from "./relations.ts";
import type { Separator } from "./relations.ts";

/** A list as the file has it; it was checked, and is taken apart when somebody asks for it. */
export interface RawList {
  readonly text: string;
  readonly separator: Separator;
}

/** The lists of a version. */
export type ListField = "depends" | "buildDepends" | "obsoletes" | "provides" | "conflicts";

const none: readonly CygwinRelation[] = [];

/** A version while and after the file is read. */
export class VersionRecord implements CygwinVersion {
  version = "";
  section: string;
  install: CygwinFile | undefined = undefined;
  source: CygwinFile | undefined = undefined;
  sourcePackage: string | undefined = undefined;
  rawDepends: RawList | undefined;
  /** The line of the package's or section's head. */
  readonly line: number;
  #others: Partial<Record<ListField, RawList>> | undefined;

  constructor(section: string, line: number, depends?: RawList) {
    this.section = section;
    this.line = line;
    this.rawDepends = depends;
  }

  setList(field: ListField, list: RawList): void {
    if (field === "depends") this.rawDepends = list;
    else (this.#others ??= {})[field] = list;
  }

  get depends(): readonly CygwinRelation[] {
    return relations(this.rawDepends);
  }

  get buildDepends(): readonly CygwinRelation[] {
    return relations(this.#others?.buildDepends);
  }

  get obsoletes(): readonly CygwinRelation[] {
    return relations(this.#others?.obsoletes);
  }

  get provides(): readonly CygwinRelation[] {
    return relations(this.#others?.provides);
  }

  get conflicts(): readonly CygwinRelation[] {
    return relations(this.#others?.conflicts);
  }
}

function relations(list: RawList | undefined): readonly CygwinRelation[] {
  return list === undefined ? none : readRelations(list.text, list.separator);
}

/** A package while and after the file is read; its texts are decoded when somebody asks for them. */
export class PackageRecord implements CygwinPackage {
  readonly name: string;
  rawShort = "";
  rawLong = "";
  categories: string[] = [];
  message: CygwinPackage["message"] = undefined;
  replaceVersions: string[] = [];
  readonly versions: VersionRecord[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get shortDescription(): string {
    return decode(this.rawShort);
  }

  get longDescription(): string {
    return decode(this.rawLong);
  }
}

/** The head of the file while it is read. */
export type Header = { -readonly [Key in Exclude<keyof SetupIni, "packages">]: SetupIni[Key] };
