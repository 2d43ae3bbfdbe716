import type { Fault } from "@winvm/runtime";

/** A file of a medium; `C` is what stands for its content. */
export interface TreeFile<C> {
  readonly kind: "file";
  readonly name: string;
  readonly path: string;
  readonly content: C;
}

/** A directory of a medium; its entries are in the order of their names' UTF-16 units. */
export interface TreeDirectory<C> {
  readonly kind: "directory";
  /** Empty for the root. */
  readonly name: string;
  readonly path: string;
  readonly entries: readonly TreeEntry<C>[];
}

export type TreeEntry<C> = TreeFile<C> | TreeDirectory<C>;

/** What a medium's names have to keep to. */
export interface NameLimits {
  /** Longest name in UCS-2 units. */
  readonly maxLength: number;
  /** Characters that are forbidden besides Windows' own. */
  readonly forbidden: string;
  /** How many names a path may have. */
  readonly maxDepth: number;
}

/** The tree of a map of paths, and all that is wrong with the paths. The tree is of use only without faults. */
export function buildTree<C>(
  files: Readonly<Record<string, C>>,
  limits: NameLimits,
): { readonly root: TreeDirectory<C>; readonly faults: Fault[] } {
  const root: Branch<C> = { name: "", path: "", children: new Map() };
  const faults: Fault[] = [];
  for (const path of Object.keys(files).sort(byUnits)) {
    const names = path.split("/");
    const wrong = pathFaults(path, names, limits);
    faults.push(...wrong);
    if (wrong.length === 0) faults.push(...insert(root, names, path, files[path] as C));
  }
  return { root: finish(root), faults };
}

/** Orders texts by their UTF-16 units, whatever the locale. */
export function byUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A directory while the tree grows; its children are found by their names without regard to case. */
interface Branch<C> {
  readonly name: string;
  readonly path: string;
  readonly children: Map<string, Branch<C> | TreeFile<C>>;
}

function insert<C>(root: Branch<C>, names: readonly string[], path: string, content: C): Fault[] {
  let branch = root;
  for (const [at, name] of names.entries()) {
    const last = at === names.length - 1;
    const same = branch.children.get(fold(name));
    if (same !== undefined && (last || !("children" in same) || same.name !== name)) {
      const expected = "no other name that differs in case only, and no file with files below it";
      return [{ path, expected, value: same.path }];
    }
    if (last) {
      branch.children.set(fold(name), { kind: "file", name, path, content });
    } else if (same !== undefined && "children" in same) {
      branch = same;
    } else {
      const next = { name, path: names.slice(0, at + 1).join("/"), children: new Map() };
      branch.children.set(fold(name), next);
      branch = next;
    }
  }
  return [];
}

function finish<C>({ name, path, children }: Branch<C>): TreeDirectory<C> {
  const entries = [...children.values()]
    .map((child) => ("children" in child ? finish(child) : child))
    .sort((a, b) => byUnits(a.name, b.name));
  return { kind: "directory", name, path, entries };
}

function pathFaults(path: string, names: readonly string[], limits: NameLimits): Fault[] {
  const faults: Fault[] = [];
  if (names.length > limits.maxDepth) {
    faults.push({
      path,
      expected: `at most ${limits.maxDepth} names in a path`,
      value: names.length,
    });
  }
  for (const name of new Set(names)) {
    if (name === "" || name === "." || name === "..") {
      faults.push({ path, expected: "names between single slashes, no . or ..", value: name });
      continue;
    }
    if (name.length > limits.maxLength) {
      const expected = `names of at most ${limits.maxLength} UCS-2 units`;
      faults.push({ path, expected, value: name, hint: `it has ${name.length}` });
    }
    if (!isWindowsName(name) || Array.from(limits.forbidden).some((one) => name.includes(one))) {
      const expected = `names that Windows can open, without any of "*:<>?\\|${limits.forbidden}`;
      faults.push({ path, expected, value: name });
    }
  }
  return faults;
}

// What Windows cannot open: control characters, its own wildcards and separators, a dot or space at the end, the
// names of devices. Beyond UCS-2 there are no names on these media.
function isWindowsName(name: string): boolean {
  if (/["*:<>?\\|]/.test(name) || /[. ]$/.test(name) || name.startsWith(" ")) return false;
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name)) return false;
  return Array.from(name).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    const surrogate = code >= 0xd800 && code < 0xe000;
    return code >= 0x20 && code !== 0x7f && !surrogate && code < 0xfffe;
  });
}

/** What names have in common that are the same for Windows. */
export function fold(name: string): string {
  return name.toUpperCase();
}
