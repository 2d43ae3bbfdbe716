import type { Duplex } from "node:stream";
import type { WaitOptions } from "@winvm/runtime";
import type { ControllerPorts } from "../connection/ports.ts";
import { FrozenSession } from "../session/frozen-session.ts";
import type { Session } from "../session/session.ts";
import { ControllerShell } from "../session/shell.ts";
import type { Controller } from "./controller.ts";
import { MountPort } from "../shares/mount-port.ts";
import { LiveController } from "./live-controller.ts";

/** Options of {@link connectController}. */
export interface ConnectOptions extends WaitOptions {
  /** The key whose public half the controller was started with, in OpenSSH's form, without a passphrase. */
  readonly privateKey: string;
  /** What {@link Controller.detach} answered before the freeze; absent for a controller that boots or runs. */
  readonly ident?: string | undefined;
  /** Settles when the controller's machine ends; whatever is waited for ends then, too. */
  readonly exited?: Promise<unknown> | undefined;
}

/**
 * Logs in to a controller through its virtio ports. With `ident` nothing is exchanged: the session that was frozen with
 * the controller goes on; the key is looked at when it is needed again.
 *
 * @throws {ControllerError} `CONTROLLER_NO_GREETING`, `CONTROLLER_CONNECT_FAILED`, `CONTROLLER_INVALID` (key, ident);
 * `RuntimeError` for time-out and cancellation.
 */
export async function connectController(
  ports: ControllerPorts,
  options: ConnectOptions,
): Promise<Controller> {
  // Whoever holds the machine tells of its end.
  const { ssh: port, mount } = ports;
  for (const each of [port, mount]) {
    each.on("error", () => {});
    void options.exited?.then(() => each.destroy());
  }
  const { privateKey, ident } = options;
  const session =
    ident === undefined ? await logIn(port, options) : FrozenSession.resume(port, ident);
  return new LiveController(
    new ControllerShell({ port, privateKey, session }),
    new MountPort(mount),
  );
}

/** Loads ssh2 only here: a session that goes on does without. */
async function logIn(port: Duplex, { privateKey, ...wait }: ConnectOptions): Promise<Session> {
  const [{ parsePrivateKey }, { Ssh2Session }] = await Promise.all([
    import("../session/private-key.ts"),
    import("../session/ssh2-session.ts"),
  ]);
  parsePrivateKey(privateKey, "connect to the controller");
  return Ssh2Session.connect(port, privateKey, wait);
}
