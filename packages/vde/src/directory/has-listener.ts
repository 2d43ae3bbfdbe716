import { connect } from "node:net";

/** Whether somebody accepts connections on this unix socket. */
export function hasListener(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    // No socket, nobody behind it, or not for us.
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EACCES"));
  });
}
