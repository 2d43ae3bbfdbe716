import { constants, openSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { Socket } from "node:net";

/**
 * An open FIFO as a stream, which takes the handle's place. Node's threads would wait for an other side that has stopped
 * and could not be called back, not even to end the process; of a socket they are free.
 */
export async function fifoStream(handle: FileHandle, side: "r" | "w"): Promise<Socket> {
  const reads = side === "r";
  const flags = (reads ? constants.O_RDONLY : constants.O_WRONLY) | constants.O_NONBLOCK;
  // Before the handle goes: the other side sees no end.
  const fd = openSync(`/proc/self/fd/${handle.fd}`, flags);
  await handle.close();
  return new Socket({ fd, readable: reads, writable: !reads });
}
