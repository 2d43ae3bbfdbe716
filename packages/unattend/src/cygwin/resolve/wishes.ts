import type { Fault } from "@winvm/runtime";
import type { Candidate, Offer } from "./catalogue.ts";
import type { CygwinRequest } from "./resolve.ts";

/** A package that is wanted; which version, where that was said or the name was. */
export interface Wish {
  readonly name: string;
  /** Of a package asked for by name. Those of a category may give way to what obsoletes them. */
  readonly candidate?: Candidate;
}

/** What a request comes to, and what of it is not there. */
export function readWishes(
  { categories = [], packages = [] }: CygwinRequest,
  offer: Offer,
): { readonly wishes: readonly Wish[]; readonly faults: readonly Fault[] } {
  const wishes = new Map<string, Wish>();
  const faults: Fault[] = [];
  for (const text of packages) {
    const wish = readPackage(text, offer);
    if ("expected" in wish) {
      faults.push(wish);
      continue;
    }
    const earlier = wishes.get(wish.name)?.candidate;
    if (earlier !== undefined && earlier.version !== wish.candidate?.version) {
      const expected = `one version of ${wish.name}`;
      faults.push({ path: `package ${text}`, expected, value: earlier.version.version });
    } else wishes.set(wish.name, wish);
  }
  const all = categories.length + packages.length === 0 ? ["Base"] : categories;
  for (const category of all) {
    const names = offer.inCategory(category);
    if (names.length === 0) faults.push(emptyCategory(category, offer));
    for (const name of names) if (!wishes.has(name)) wishes.set(name, { name });
  }
  return { wishes: [...wishes.values()], faults };
}

/** `NAME` or `NAME=VERSION-OR-SECTION`, taken apart. */
export function readWish(text: string): { name: string; which: string | undefined } {
  const equals = text.indexOf("=");
  return equals < 0
    ? { name: text, which: undefined }
    : { name: text.slice(0, equals), which: text.slice(equals + 1) };
}

function readPackage(text: string, offer: Offer): Wish | Fault {
  const { name, which } = readWish(text);
  const versions = offer.versionsOf(name);
  const [first] = versions;
  const path = `package ${text}`;
  if (first === undefined) {
    const value = offer.knows(name) ? "only its sources" : "no such package";
    const hint = nearest(name, offer.names);
    return { path, expected: "a package of setup.ini", value, ...(hint ? { hint } : {}) };
  }
  if (which === undefined) return { name, candidate: first };
  const candidate =
    versions.find(({ version: { version } }) => version === which) ??
    versions.find(({ version: { section } }) => section === which);
  if (candidate !== undefined) return { name, candidate };
  return {
    path,
    expected: "a version of it, or a section",
    value: which,
    hint: `there are ${versions.map(({ version }) => `${version.version} [${version.section}]`).join(", ")}`,
  };
}

function emptyCategory(category: string, offer: Offer): Fault {
  const there = offer.categories.join(", ");
  return {
    path: `category ${category}`,
    expected: "a category with packages",
    value: "none",
    hint: there === "" ? "setup.ini has no packages" : `there are ${there}`,
  };
}

/** A name that may have been meant: the same but for capitals, or one that begins with it. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const found =
    names.find((one) => one.toLowerCase() === wanted) ??
    names.find((one) => wanted !== "" && one.toLowerCase().startsWith(wanted));
  return found === undefined ? undefined : `did you mean ${found}?`;
}
