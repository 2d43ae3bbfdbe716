import type { Fault } from "@winvm/runtime";

/** Names that Windows keeps for devices, with any ending (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
const devices = /^(?:con|prn|aux|nul|com[1-9¹²³]|lpt[1-9¹²³])(?:\.|$)/i;

/** What a Windows program can't do with a name; `undefined` where all is well. */
export function windowsNameFault(name: string): string | undefined {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0001-\u001F"*:<>?|\\]/.test(name))
    return 'a name without control characters and "*:<>?|\\';
  if (/[. ]$/.test(name)) return "a name that does not end with a dot or a blank";
  if (devices.test(name)) return "a name that Windows does not keep for a device";
  if (name.length > 255) return "a name of at most 255 UTF-16 units";
  return undefined;
}

/** Collects what Windows will make of a tree's names. */
export class NameCheck {
  readonly warnings: Fault[] = [];
  readonly #folded = new Map<string, string>();

  /** @param path of the entry, from the tree's root, with `/` */
  add(path: string): void {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const expected = windowsNameFault(name);
    if (expected !== undefined) this.warnings.push({ path, expected, value: name });
    const folded = path.toLowerCase();
    const other = this.#folded.get(folded);
    if (other === undefined) this.#folded.set(folded, path);
    else {
      const hint = "a Windows program can't tell them apart";
      this.warnings.push({ path, expected: `no other case than ${other}`, value: name, hint });
    }
  }
}
