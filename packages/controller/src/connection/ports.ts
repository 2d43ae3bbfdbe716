import type { Duplex } from "node:stream";
import { ControllerError } from "../errors.ts";
import { TwoPorts } from "./two-ports.ts";

/**
 * The controller's virtio ports: what its sshd hears and says, and which shares are to be mounted and how that went.
 *
 * sshd needs two of them: it asks poll(2) about its two ends one after the other, and Linux' virtio_console takes what has
 * come in between out of the queue at the second question, which doesn't ask for input; the interrupt then finds nothing
 * new and wakes nobody (`port_fops_poll` and `in_intr` of drivers/char/virtio_console.c, 6.1; seen with ftrace).
 */
export const CONTROLLER_PORTS = [
  "winvm.ssh.in",
  "winvm.ssh.out",
  "winvm.mount.in",
  "winvm.mount.out",
] as const;

/** The streams into a controller; they own its ports. */
export interface ControllerPorts {
  readonly ssh: Duplex;
  readonly mount: Duplex;
}

/**
 * The streams into a controller, out of the ports of its running machine. Call it once.
 *
 * @throws {ControllerError} `CONTROLLER_INVALID` when the machine lacks some of {@link CONTROLLER_PORTS}.
 */
export function controllerPorts(ports: ReadonlyMap<string, Duplex>): ControllerPorts {
  const [hear, say, mount, mounted] = CONTROLLER_PORTS.map((name) => ports.get(name));
  if (hear && say && mount && mounted) {
    return { ssh: new TwoPorts(hear, say), mount: new TwoPorts(mount, mounted) };
  }
  throw new ControllerError({
    code: "CONTROLLER_INVALID",
    asked: "speak to the controller",
    happened: `the machine has the ports ${[...ports.keys()].join(", ") || "(none)"}`,
    hint: `it needs ${CONTROLLER_PORTS.join(", ")}: controllerMachine describes such a machine`,
  });
}
