import type { Duplex, Readable } from "node:stream";
import { ControllerError } from "../errors.ts";
import type { CommandExit } from "../protocol/channel.ts";

/** A terminal that a command runs on. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** `$TERM`: `xterm-256color`, … */
  readonly term: string;
  /** Calls back with each new size; returns how to stop that. */
  readonly onResize?:
    | ((
        listener: (size: { readonly columns: number; readonly rows: number }) => void,
      ) => () => void)
    | undefined;
}

/** A command that runs on the other side. */
export interface RemoteCommand {
  /** Its standard input and output. */
  readonly stream: Duplex;
  readonly stderr: Readable;
  /** Settles when both are done; undefined when nobody said how it ended, because the connection broke. */
  readonly exited: Promise<CommandExit | undefined>;
  /** Sends a signal (name without SIG), as far as the server passes it on. */
  kill(signal: string): void;
  resize(size: { readonly columns: number; readonly rows: number }): void;
  /** Ends the channel at once. */
  destroy(): void;
}

/** A live SSH connection with the controller's sshd, whoever carries it. */
export interface Session {
  /**
   * Runs a command in root's shell; with `lendAgent` it finds the host's agent, where the session has one. One that
   * reads nothing says so by `noInput`: then a shell that stands by may run it.
   */
  run(
    command: string,
    options?: { readonly lendAgent?: boolean; readonly noInput?: boolean },
  ): Promise<RemoteCommand>;
  /** Connects to a UNIX socket in the controller. */
  connectSocket(path: string): Promise<Duplex>;
  /** Connects from the controller to an address and TCP port that its sshd allows. */
  connectTcp(address: string, port: number): Promise<Duplex>;
  /** Settles with the reason when the connection is gone. */
  readonly closed: Promise<Error>;
  /** Says goodbye to sshd, which ends, and leaves the port open for the next. */
  close(): Promise<void>;
}

/** The connection's end as an error. */
export function lost(cause: unknown): ControllerError {
  return new ControllerError({
    code: "CONTROLLER_CONNECTION_LOST",
    asked: "speak to the controller",
    happened: cause instanceof Error ? cause.message : "the connection was closed",
    hint: "the controller's console log may tell why",
    cause,
  });
}
