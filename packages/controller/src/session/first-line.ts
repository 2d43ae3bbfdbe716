import { once } from "node:events";
import type { SshChannel } from "../protocol/channel.ts";

/** Waits for what a command says first, to the end of the line; undefined when the command has ended instead. */
export async function firstLine(channel: SshChannel): Promise<string | undefined> {
  let line = "";
  let ended = false;
  const over = (async () => {
    // The end comes as `end` or, with the connection, as `close`.
    await Promise.race([once(channel, "end"), once(channel, "close")]).catch(() => {});
    ended = true;
  })();
  for (;;) {
    const chunk = channel.read() as Buffer | null;
    if (chunk !== null) line += chunk.toString("latin1");
    if (line.endsWith("\n")) return line;
    if (chunk !== null) continue;
    if (ended) return undefined;
    await Promise.race([once(channel, "readable").catch(() => {}), over]);
  }
}
