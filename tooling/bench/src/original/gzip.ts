import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { open, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { QmpSession, RunningMachine } from "@winvm/qemu";

/**
 * Saves a paused machine with all of its RAM, compressed on the way. In 2014 QEMU itself started gzip (`exec:`); its
 * sandbox forbids that today, so gzip is started here and has QEMU's end of the stream as its input.
 */
export async function saveThroughGzip(
  machine: RunningMachine,
  file: string,
  scratch: string,
): Promise<void> {
  const path = join(scratch, "stream");
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, "listening");
  const output = await open(file, "wx", 0o600);
  try {
    const connected = once(server, "connection");
    // As in O25: without a limit of speed.
    await machine.qmp.execute("migrate-set-parameters", { "max-bandwidth": 2 ** 43 });
    const completed = migrationEnd(machine.qmp);
    await machine.qmp.execute("migrate", { uri: `unix:${path}` });
    const [socket] = (await connected) as [Socket];
    const gzip = spawn("gzip", ["-c"], { stdio: [socket, output.fd, "inherit"] });
    socket.destroy();
    await Promise.all([completed, success(gzip)]);
  } finally {
    server.close();
    await output.close();
    await rm(path, { force: true });
  }
}

/** Loads such a state into a machine that waits for it: `gunzip` writes into QEMU's inherited descriptor. */
export async function loadThroughGzip(
  qmp: QmpSession,
  file: string,
  into: Socket,
  fd: number,
): Promise<void> {
  const gzip = spawn("gzip", ["-c", "-d", file], { stdio: ["ignore", into, "inherit"] });
  into.destroy();
  const completed = migrationEnd(qmp);
  await qmp.execute("migrate-incoming", { uri: `fd:${fd}` });
  await Promise.all([completed, success(gzip)]);
}

async function migrationEnd(qmp: QmpSession): Promise<void> {
  const ended = qmp.nextEvent("MIGRATION", {
    where: ({ status }) => ["completed", "failed", "cancelled"].includes(status),
    timeoutMs: 600_000,
  });
  ended.catch(() => {});
  await qmp.execute("migrate-set-capabilities", {
    capabilities: [{ capability: "events", state: true }],
  });
  const { status } = (await ended).data;
  if (status !== "completed") throw new Error(`the stream of the machine's state ${status}`);
}

async function success(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`gzip ended with ${code}`);
}
