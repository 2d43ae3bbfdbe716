import { join } from "node:path";
import { VdeError } from "../errors.ts";

/** The bytes of `sun_path` (unix(7)) without the closing NUL. The switch cuts longer paths off without a word. */
export const LONGEST_SOCKET_PATH = 107;

/** The switch's control directory in its run directory; the name is short because paths are. */
export const SOCKET_DIRECTORY = "s";

/**
 * The longest name of a socket below a switch's control directory: the one that libvdeplug binds for a plug,
 * `.PID-NNNNN` (seen with 2.3.2; the largest process number is 4194304, proc(5)). The switch's own are shorter: `ctl`
 * and `NNN.FD`.
 */
const LONGEST_SOCKET_NAME = ".4194304-00000";

/** How many bytes the longest socket path of a switch in this run directory has. */
export function longestSocketPath(runDirectory: string): number {
  return Buffer.byteLength(join(runDirectory, SOCKET_DIRECTORY, LONGEST_SOCKET_NAME));
}

/** @throws VdeError `VDE_PATH_TOO_LONG` where a socket of the switch would get a path that is cut off. */
export function checkSocketPaths(runDirectory: string): void {
  const bytes = longestSocketPath(runDirectory);
  if (bytes <= LONGEST_SOCKET_PATH) return;
  throw new VdeError({
    code: "VDE_PATH_TOO_LONG",
    asked: `start a switch in ${runDirectory}`,
    happened: `its sockets would have paths of up to ${bytes} bytes, the kernel takes ${LONGEST_SOCKET_PATH}`,
    hint: `use a directory that is ${bytes - LONGEST_SOCKET_PATH} bytes shorter`,
    data: { path: runDirectory, bytes, limit: LONGEST_SOCKET_PATH },
  });
}
