/** The fields that stand before the first package. */
export type HeaderField = "release" | "arch" | "timestamp" | "setupVersion" | "setupMinimumVersion";

/** Where the value of a key goes. */
export type Field =
  | HeaderField
  | "package"
  | "version"
  | "install"
  | "source"
  | "sourcePackage"
  | "shortDescription"
  | "longDescription"
  | "message"
  | "category"
  | "replaceVersions"
  | "requires"
  | "depends"
  | "buildDepends"
  | "obsoletes"
  | "provides"
  | "conflicts";

/** The fields whose value is a list with commas; after a comma it goes on in the next line. */
export const commaLists: ReadonlySet<Field> = new Set<Field>([
  "depends",
  "buildDepends",
  "obsoletes",
  "provides",
  "conflicts",
]);

/** Every key of every age. All others are skipped with their line, as the installer does. */
export const fields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ["release", "release"],
  ["arch", "arch"],
  ["setup-timestamp", "timestamp"],
  ["setup-version", "setupVersion"],
  ["setup-minimum-version", "setupMinimumVersion"],
  ["Package", "package"],
  ["version", "version"],
  ["Version", "version"],
  ["install", "install"],
  ["Filename", "install"],
  ["source", "source"],
  ["Source", "sourcePackage"],
  ["srcpkg", "sourcePackage"],
  ["sdesc", "shortDescription"],
  ["ldesc", "longDescription"],
  ["message", "message"],
  ["category", "category"],
  ["Section", "category"],
  ["replace-versions", "replaceVersions"],
  ["requires", "requires"],
  ...anyCase("depends", "depends"),
  ...anyCase("depends2", "depends"),
  ...anyCase("obsoletes", "obsoletes"),
  ...anyCase("provides", "provides"),
  ...anyCase("conflicts", "conflicts"),
  ["build-depends", "buildDepends"],
  ["build-Depends", "buildDepends"],
  ["Build-depends", "buildDepends"],
  ["Build-Depends", "buildDepends"],
]);

const headerFields: ReadonlySet<string> = new Set<HeaderField>([
  "release",
  "arch",
  "timestamp",
  "setupVersion",
  "setupMinimumVersion",
]);

/** Whether a field is of the file and not of a package. */
export function isHeaderField(field: Field): field is HeaderField {
  return headerFields.has(field);
}

function anyCase(key: string, field: Field): [string, Field][] {
  return [
    [key, field],
    [key.charAt(0).toUpperCase() + key.slice(1), field],
  ];
}
