import type { Readable, Writable } from "node:stream";
import type { WaitOptions } from "@winvm/runtime";
import type { CommandExit } from "../protocol/channel.ts";
import type { SambaStatus } from "../samba/status.ts";
import type { Terminal } from "../session/session.ts";

/** Options of {@link Controller.exec}. */
export interface ExecOptions extends WaitOptions {
  /** What the command reads; nothing when absent. */
  readonly stdin?: Readable | string | undefined;
  /** Gets the output as it comes, byte for byte; it is collected as text when absent. Never ended. */
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
}

/** How a command in the controller ended, and what it said where no stream was given for that. */
export interface ExecResult extends CommandExit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link Controller.guest}. */
export interface GuestOptions extends WaitOptions {
  readonly stdin?: Readable | string | undefined;
  /** Thrown away when absent. Never ended. */
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
  /** Runs the command on a terminal; its standard error then comes with its standard output. */
  readonly pty?: Terminal | undefined;
}

/** Options of {@link Controller.guestStanding}. */
export interface StandingOptions extends Omit<GuestOptions, "pty"> {
  /** What the command reads before `stdin`, piece by piece; when it fails, the command is ended. */
  readonly first?: AsyncIterable<string | Uint8Array> | undefined;
}

/** Options of {@link Controller.detach}. */
export interface DetachOptions extends WaitOptions {
  /**
   * A command line that is started in the guest before the freeze and waits there for its input: after the revival
   * {@link Controller.guestStanding} goes on with it, and no process has to be started for that. When it is ready it
   * writes one line, which is read here.
   */
  readonly standing?: string | undefined;
}

/** Where the guest's sshd is. */
export interface GuestAddress {
  /** 192.168.0.1: the controller's sshd lets the host reach no other. */
  readonly address: string;
  /** Default 22. */
  readonly port?: number | undefined;
}

/** Who logs in to the guest. */
export interface GuestLogin extends GuestAddress {
  readonly user: string;
  /** OpenSSH's form, without a passphrase. It stays in this process. */
  readonly privateKey: string;
}

/** What {@link Controller.startSamba} needs. */
export interface SambaSetup {
  /** The whole of smb.conf; each share's path is `/srv/TAG`. */
  readonly config: string;
  /** The account; there is one: `winvm`. */
  readonly user: string;
  readonly password: string;
}

/** A controller that the host has logged in to. */
export interface Controller extends AsyncDisposable {
  /**
   * Runs a program in the controller, as root. Its exit code is part of the result, not an error.
   *
   * @throws {ControllerError} `CONTROLLER_CONNECTION_LOST`; `RuntimeError` for time-out and cancellation.
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * Sets the account's password, starts smbd with this configuration and waits until it answers.
   *
   * @throws {ControllerError} `CONTROLLER_SAMBA_FAILED` with what Samba said; `CONTROLLER_INVALID` for another user.
   */
  startSamba(setup: SambaSetup, wait?: WaitOptions): Promise<void>;
  /** Gives all smbd processes a new configuration; sessions live on. */
  reloadSamba(config: string, wait?: WaitOptions): Promise<void>;
  /** Who is connected. */
  sambaStatus(wait?: WaitOptions): Promise<SambaStatus>;
  /**
   * Mounts shares of the machine at `/srv/TAG/io`; one that is mounted is left as it is.
   *
   * @throws {ControllerError} `CONTROLLER_SHARE_FAILED`.
   */
  mountShares(tags: readonly string[], wait?: WaitOptions): Promise<void>;
  /**
   * Unmounts shares. A machine with a mounted share can't be saved.
   *
   * @throws {ControllerError} `CONTROLLER_SHARE_BUSY` when the guest has files open below one.
   */
  unmountShares(tags: readonly string[], wait?: WaitOptions): Promise<void>;
  /** Sets the clock (whole seconds): a revived controller's stands where it was frozen. */
  setClock(date: Date, wait?: WaitOptions): Promise<void>;
  /** Waits until the guest's sshd greets. */
  waitForGuest(guest: GuestAddress & WaitOptions): Promise<void>;
  /**
   * Makes the one SSH connection to the guest, which {@link guest} uses. It outlives this object and a freeze.
   *
   * @throws {ControllerError} `CONTROLLER_GUEST_REFUSED` with ssh's words.
   */
  connectGuest(login: GuestLogin & WaitOptions): Promise<void>;
  /** Whether the connection to the guest is kept by a living ssh master. It isn't asked whether the guest still hears. */
  guestAlive(wait?: WaitOptions): Promise<boolean>;
  /**
   * Runs a command line in the guest (its sshd gives it to the user's shell); empty means a login shell. Streams are byte
   * for byte. When the wait is over the command gets SIGTERM, as far as the guest's sshd passes it on.
   *
   * @throws {ControllerError} `CONTROLLER_GUEST_LOST` when the connection breaks; `RuntimeError` for time-out and
   * cancellation.
   */
  guest(command: string, options?: GuestOptions): Promise<CommandExit>;
  /** Whether a command stands by in the guest, for {@link guestStanding}. */
  readonly hasStanding: boolean;
  /**
   * Goes on with the command that {@link detach} has left in the guest. It can be used once.
   *
   * @throws {ControllerError} as {@link guest}; `CONTROLLER_INVALID` where none stands by.
   */
  guestStanding(options?: StandingOptions): Promise<CommandExit>;
  /**
   * Leaves the controller such that it can be frozen, and answers what {@link connectController} needs to go on after
   * the revival (`ident`; secret). This object is closed then.
   */
  detach(options?: DetachOptions): Promise<{ readonly ident: string }>;
  /** Says goodbye. The machine goes on; whoever started it stops it. */
  close(): Promise<void>;
}
