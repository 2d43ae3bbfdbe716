import type { Bytes } from "./bytes.ts";

/** A file or directory on a medium, whatever its file system. */
export interface MediaNode {
  readonly name: string;
  readonly directory: boolean;
  /** What a directory holds, in the medium's order; nothing for a file. */
  children(): Promise<readonly MediaNode[]>;
  /** A file's content. */
  open(): Promise<Bytes>;
}

/** The node at a path such as `sources/install.wim`, found without regard to case, as Windows does. */
export async function findNode(root: MediaNode, path: string): Promise<MediaNode | undefined> {
  let node: MediaNode | undefined = root;
  for (const name of path.split("/")) {
    const wanted = name.toLowerCase();
    if (!node.directory) return undefined;
    node = (await node.children()).find((child) => child.name.toLowerCase() === wanted);
    if (node === undefined) return undefined;
  }
  return node;
}

/** The file at a path, or undefined where there is none. */
export async function findFile(root: MediaNode, path: string): Promise<Bytes | undefined> {
  const node = await findNode(root, path);
  return node === undefined || node.directory ? undefined : node.open();
}
