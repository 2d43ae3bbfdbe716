import type { SshChannel } from "../protocol/channel.ts";
import type { RemoteCommand } from "./session.ts";

/** A session channel on which a command has been started. */
export function asRemoteCommand(channel: SshChannel): RemoteCommand {
  return {
    stream: channel,
    stderr: channel.stderr,
    exited: channel.exited,
    kill: (signal) => channel.notify("signal", { string: signal }),
    resize: ({ columns, rows }) =>
      channel.notify(
        "window-change",
        { uint32: columns },
        { uint32: rows },
        { uint32: 0 },
        { uint32: 0 },
      ),
    destroy: () => void channel.destroy(),
  };
}
