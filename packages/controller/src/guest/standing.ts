import { once } from "node:events";
import { ControllerError } from "../errors.ts";
import type { SshChannel } from "../protocol/channel.ts";
import type { StartStanding } from "../session/shell.ts";
import { startInGuest } from "./command.ts";
import { masterSocket } from "./guest.ts";

/** Starts a command in the guest that is to stand by through a freeze, and waits until it has said that it is ready. */
export function standInGuest(command: string): StartStanding {
  return async (session) => {
    const socket = (await masterSocket(session)) as SshChannel;
    const { channel } = await startInGuest(socket, command);
    const said = await firstLine(channel);
    if (said !== undefined) return { socket, command: channel };
    channel.destroy();
    throw new ControllerError({
      code: "CONTROLLER_COMMAND_FAILED",
      asked: "leave a command in the guest",
      happened: "it ended instead of standing by",
      hint: "it has to write one line when it is ready, and then to read",
    });
  };
}

async function firstLine(channel: SshChannel): Promise<string | undefined> {
  let line = "";
  // The end comes as `end` or, with the connection, as `close`.
  const over = Promise.race([once(channel, "end"), once(channel, "close")]).catch(() => {});
  let ended = false;
  void over.then(() => {
    ended = true;
  });
  for (;;) {
    const chunk = channel.read() as Buffer | null;
    if (chunk !== null) line += chunk.toString("latin1");
    if (line.endsWith("\n")) return line;
    if (chunk !== null) continue;
    if (ended) return undefined;
    await Promise.race([once(channel, "readable").catch(() => {}), over]);
  }
}
