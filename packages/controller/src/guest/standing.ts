import { ControllerError } from "../errors.ts";
import type { SshChannel } from "../protocol/channel.ts";
import { firstLine } from "../session/first-line.ts";
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
