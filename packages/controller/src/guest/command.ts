import type { Duplex } from "node:stream";
import { ControllerError } from "../errors.ts";
import type { SshChannel } from "../protocol/channel.ts";
import { SshConnection } from "../protocol/connection.ts";
import { guestLost, muxProxy } from "../protocol/mux.ts";
import { asRemoteCommand } from "../session/channel-command.ts";
import type { RemoteCommand, Terminal } from "../session/session.ts";

/** A command in the guest: its channel, alone on a connection of its own through the ssh master. */
export interface GuestChannel {
  readonly connection: SshConnection;
  readonly channel: SshChannel;
}

/**
 * Starts a command in the guest through an ssh master's socket. An empty command is the user's login shell.
 *
 * @throws {ControllerError} `CONTROLLER_GUEST_LOST`, or `CONTROLLER_COMMAND_FAILED` when the guest's sshd refuses.
 */
export async function startInGuest(
  socket: Duplex,
  command: string,
  terminal?: Terminal,
): Promise<GuestChannel> {
  const connection = new SshConnection(await muxProxy(socket), guestLost);
  try {
    const channel = await connection.open("session");
    // Sent together: the answers come in the same order.
    const answers = [
      ...(terminal === undefined ? [] : [requestTerminal(channel, terminal)]),
      command === "" ? channel.request("shell") : channel.request("exec", { string: command }),
    ];
    if (!(await Promise.all(answers)).every(Boolean)) {
      throw new ControllerError({
        code: "CONTROLLER_COMMAND_FAILED",
        asked: "run a command in the guest",
        happened: "the guest's sshd refused to start it",
      });
    }
    return { connection, channel };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** The command with its streams. */
export function asGuestCommand({ connection, channel }: GuestChannel): RemoteCommand {
  const remote = asRemoteCommand(channel);
  // The socket carries nothing else. What the readers haven't taken yet is in the channel.
  void remote.exited.then(() => connection.close());
  return {
    ...remote,
    destroy: () => {
      remote.destroy();
      connection.close();
    },
  };
}

function requestTerminal(channel: SshChannel, terminal: Terminal): Promise<boolean> {
  return channel.request(
    "pty-req",
    { string: terminal.term },
    { uint32: terminal.columns },
    { uint32: terminal.rows },
    { uint32: 0 },
    { uint32: 0 },
    // No terminal modes: the guest's defaults.
    { string: Buffer.from([0]) },
  );
}
