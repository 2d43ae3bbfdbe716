/** One thing in an archive. `path` is relative to the root, with `/` between its parts and none at its start. */
export type TreeEntry =
  | {
      readonly kind: "file";
      readonly path: string;
      /** Permission bits, 0–0o7777. */
      readonly mode: number;
      /** The bytes, or the file on this machine that has them and its size. */
      readonly content: Uint8Array | { readonly file: string; readonly sizeBytes: number };
    }
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string }
  | {
      readonly kind: "character" | "block";
      readonly path: string;
      readonly mode: number;
      readonly major: number;
      readonly minor: number;
    };

/** A file entry from text or bytes. */
export function fileEntry(path: string, content: string | Uint8Array, mode = 0o644): TreeEntry {
  return {
    kind: "file",
    path,
    mode,
    content: typeof content === "string" ? new TextEncoder().encode(content) : content,
  };
}

/** A directory entry. */
export function directoryEntry(path: string, mode = 0o755): TreeEntry {
  return { kind: "directory", path, mode };
}

/** A symbolic link. */
export function symlinkEntry(path: string, target: string): TreeEntry {
  return { kind: "symlink", path, target };
}

/** A character device such as `/dev/console` (5, 1). */
export function characterDevice(
  path: string,
  major: number,
  minor: number,
  mode = 0o600,
): TreeEntry {
  return { kind: "character", path, mode, major, minor };
}
