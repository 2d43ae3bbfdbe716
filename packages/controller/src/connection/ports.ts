import type { Duplex } from "node:stream";
import { ControllerError } from "../errors.ts";
import { TwoPorts } from "./two-ports.ts";

/**
 * The virtio ports of the controller's sshd: one to speak into, one to hear from. One for both would lose wake-ups: sshd
 * asks poll(2) about its two ends one after the other, and Linux' virtio_console takes what has come in between out of the
 * queue at the second question, which doesn't ask for input; the interrupt then finds nothing new and wakes nobody
 * (`port_fops_poll` and `in_intr` of drivers/char/virtio_console.c, 6.1; seen with ftrace).
 */
export const CONTROLLER_PORTS = { input: "winvm.ssh.in", output: "winvm.ssh.out" } as const;

/**
 * The stream to the controller's sshd, out of the ports of its running machine. Call it once: the stream owns the ports.
 *
 * @throws {ControllerError} `CONTROLLER_INVALID` when the machine lacks one of {@link CONTROLLER_PORTS}.
 */
export function controllerPort(ports: ReadonlyMap<string, Duplex>): Duplex {
  const input = ports.get(CONTROLLER_PORTS.input);
  const output = ports.get(CONTROLLER_PORTS.output);
  if (input !== undefined && output !== undefined) return new TwoPorts(input, output);
  throw new ControllerError({
    code: "CONTROLLER_INVALID",
    asked: "speak to the controller",
    happened: `the machine has the ports ${[...ports.keys()].join(", ") || "(none)"}`,
    hint: `it needs ${Object.values(CONTROLLER_PORTS).join(" and ")}: controllerMachine describes such a machine`,
  });
}
