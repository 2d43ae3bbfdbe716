import type { Duplex } from "node:stream";
import { ControllerError } from "../errors.ts";
import type { SshChannel } from "../protocol/channel.ts";
import { SshConnection } from "../protocol/connection.ts";
import { guestLost, muxProxy } from "../protocol/mux.ts";
import { asRemoteCommand } from "../session/channel-command.ts";
import type { RemoteCommand, Terminal } from "../session/session.ts";

/**
 * Starts a command in the guest through an ssh master's socket. An empty command is the user's login shell.
 *
 * @throws {ControllerError} `CONTROLLER_GUEST_LOST`, or `CONTROLLER_COMMAND_FAILED` when the guest's sshd refuses.
 */
export async function startInGuest(
  socket: Duplex,
  command: string,
  terminal: Terminal | undefined,
): Promise<RemoteCommand> {
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
  } catch (error) {
    connection.close();
    throw error;
  }
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
