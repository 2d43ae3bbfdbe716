import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { onTestFinished } from "vitest";

/** Two connected sockets, as QEMU and its owner have them; closed when the test has finished. */
export async function socketPair(): Promise<readonly [Socket, Socket]> {
  const path = join(temporaryDirectory(), "s");
  const server = createServer();
  server.listen(path);
  await once(server, "listening");
  const near = connect(path);
  const [far] = (await once(server, "connection")) as [Socket];
  server.close();
  for (const socket of [near, far]) {
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
  }
  return [near, far];
}
