import { createHash } from "node:crypto";

/**
 * Whether a symbolic link stays inside its tree wherever it leads: relative, `..` only at the beginning, and no more of
 * them than there are directories above it. (After a name, `..` could leave through another link.)
 *
 * @param depth how many directories of the tree are above the link, 0 in its root
 */
export function staysInside(target: string, depth: number): boolean {
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const climbs = parts.findIndex((part) => part !== "..");
  const up = climbs === -1 ? parts.length : climbs;
  return !target.startsWith("/") && up <= depth && !parts.slice(up).includes("..");
}

/** Size of the files in which a Linux SMB client (mfsymlinks, fs/smb/client/link.c) keeps symbolic links. */
export const STORED_LINK_BYTES = 1067;

/** The target of a link that is stored in a file; `undefined` where the file is just a file. */
export function storedLink(bytes: Uint8Array): string | undefined {
  if (bytes.length !== STORED_LINK_BYTES) return undefined;
  const text = Buffer.from(bytes);
  const head = /^XSym\n(\d{4})\n([\da-f]{32})\n/.exec(text.toString("latin1", 0, 43));
  const target = text.subarray(43, 43 + Number(head?.[1]));
  if (!head || createHash("md5").update(target).digest("hex") !== head[2]) return undefined;
  return target.toString();
}
