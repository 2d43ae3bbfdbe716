import { mkdir, open, readdir, type FileHandle } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join, resolve } from "node:path";
import type { ShareRequest } from "../request.ts";
import { keyOf } from "../store/keys.ts";
import { poolFiles, type StoreLayout } from "../store/layout.ts";

/** The pool that a run may use: of the same state, with the same shares. */
export function poolKey(stateKey: string, shares: readonly ShareRequest[]): string {
  return keyOf({
    stateKey,
    // A pair's shares are given to its machine at the start.
    shares: shares.map(({ name, directory, readOnly }) => ({
      name,
      directory: resolve(directory),
      readOnly,
    })),
  });
}

/** A pool's directory in the store. */
export function poolDirectory(layout: StoreLayout, key: string): string {
  return join(layout.pools, key);
}

/** The directories of all pools, living or dead. */
export async function poolDirectories(layout: StoreLayout): Promise<string[]> {
  const names = await readdir(layout.pools).catch(() => []);
  return names.map((name) => join(layout.pools, name));
}

/**
 * A path to the directory's socket that is short whatever the directory's is: a socket's address holds 107 bytes (unix(7)).
 * It is valid while the handle is open.
 */
export async function socketPath(
  directory: string,
): Promise<{ readonly path: string; readonly handle: FileHandle }> {
  const handle = await open(directory, "r");
  return { path: `/proc/self/fd/${handle.fd}/${poolFiles.socket}`, handle };
}

/** Makes the directory, for its owner only: whoever reaches the socket may run commands in the guest and copy files. */
export async function makePoolDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
}

/** Connects to the pool of a directory; `undefined` where none listens. */
export async function dialPool(directory: string): Promise<Socket | undefined> {
  const place = await socketPath(directory).catch(() => undefined);
  if (place === undefined) return undefined;
  try {
    return await new Promise<Socket | undefined>((settle) => {
      const socket = connect(place.path);
      socket.once("connect", () => settle(socket));
      socket.once("error", () => settle(undefined));
    });
  } finally {
    await place.handle.close();
  }
}
