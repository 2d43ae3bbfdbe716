import type { Duplex } from "node:stream";
import type { WaitOptions } from "@winvm/runtime";
import { traced, traceMoment, withDeadline } from "@winvm/runtime";
import { CLIENT_IDENT, readGreeting } from "../connection/greeting.ts";
import { ControllerError } from "../errors.ts";
import type { GuestChannel } from "../guest/command.ts";
import { AesGcmFraming } from "../protocol/aes-gcm.ts";
import type { DirectionState } from "../protocol/aes-gcm.ts";
import type { AgentKey } from "../protocol/agent.ts";
import type { ChannelState, SshChannel } from "../protocol/channel.ts";
import { SshConnection } from "../protocol/connection.ts";
import { FramedTransport } from "../protocol/framed.ts";
import { login } from "../protocol/handshake.ts";
import { MSG } from "../protocol/messages.ts";
import { guestLost, resumeProxy } from "../protocol/mux.ts";
import { RekeyedTransport, type Beginning } from "../protocol/rekeyed.ts";
import { packet } from "../protocol/wire.ts";
import { asRemoteCommand } from "./channel-command.ts";
import { firstLine } from "./first-line.ts";
import { lost } from "./session.ts";
import type { RemoteCommand, Session } from "./session.ts";

/** A command that stands by in the guest: the channel to the ssh master's socket, and the command's own through it. */
export interface StandingGuest {
  readonly socket: SshChannel;
  readonly command: SshChannel;
}

interface FrozenKeys {
  readonly format: 2;
  readonly out: { readonly key: string; readonly iv: string };
  readonly in: { readonly key: string; readonly iv: string };
  readonly nextChannel: number;
  /** For new keys; not kept by earlier versions. */
  readonly beginning?: { readonly server: string; readonly sessionId: string };
  /** The shell that waits for the first script. */
  readonly shell: ChannelState;
  readonly guest?: { readonly socket: ChannelState; readonly command: ChannelState };
}

/**
 * A session that can be frozen with the controller: the host's end of it is a few numbers, which are written down
 * beside the state, so that the host goes on speaking to the revived sshd in the middle of the conversation, just as the
 * revived guest does. No key exchange, no login, no process to start: a shell stands by in the controller, and a command
 * of the caller's in the guest, each with its channel open.
 */
export class FrozenSession implements Session {
  readonly closed: Promise<Error>;
  readonly #transport: FramedTransport;
  readonly #framing: AesGcmFraming;
  readonly #beginning: Beginning | undefined;
  readonly #connection: SshConnection;
  #shell: SshChannel | undefined;
  #standing: GuestChannel | undefined;

  private constructor(
    transport: FramedTransport,
    framing: AesGcmFraming,
    beginning: Beginning | undefined,
    nextChannel: number,
  ) {
    this.#transport = transport;
    this.#framing = framing;
    this.#beginning = beginning;
    const rekeyed = new RekeyedTransport(transport, framing, beginning);
    this.#connection = new SshConnection(rekeyed, lost, nextChannel);
    this.closed = this.#connection.closed;
  }

  /** Logs in to the sshd that greets, for {@link freeze} to follow. */
  static async connect(port: Duplex, key: AgentKey, wait: WaitOptions): Promise<FrozenSession> {
    return withDeadline(
      "log in to the sshd that is to be frozen",
      async (signal) => {
        const greeting = await readGreeting(port, { signal });
        const { transport, framing, beginning } = await traced(
          () => ({ group: "controller", lane: "SSH", name: "handshake and login, to be frozen" }),
          () => login(port, CLIENT_IDENT, greeting, "root", key),
        );
        return new FrozenSession(transport, framing, beginning, 0);
      },
      wait,
    );
  }

  /** Takes a session up again where {@link freeze} left it. */
  static resume(port: Duplex, frozen: string): FrozenSession {
    const keys = parseFrozen(frozen);
    const framing = new AesGcmFraming(directionBytes(keys.out), directionBytes(keys.in));
    const transport = new FramedTransport(port, framing);
    const beginning = keys.beginning && {
      idents: { client: CLIENT_IDENT, server: keys.beginning.server },
      sessionId: Buffer.from(keys.beginning.sessionId, "base64"),
    };
    const session = new FrozenSession(transport, framing, beginning, keys.nextChannel);
    session.#shell = session.#connection.adopt(keys.shell);
    if (keys.guest !== undefined) {
      const socket = session.#connection.adopt(keys.guest.socket);
      const { command } = keys.guest;
      const inner = new SshConnection(resumeProxy(socket), guestLost, command.local + 1);
      session.#standing = { connection: inner, channel: inner.adopt(command) };
    }
    traceMoment(() => ({ group: "controller", lane: "SSH", name: "session resumed" }));
    return session;
  }

  /** Lets go of the port between two packets; the string is all that {@link resume} needs, and as secret as a key. */
  async freeze(guest?: StandingGuest): Promise<string> {
    const open = this.#connection.channelCount - (guest === undefined ? 0 : 1);
    if (open > 0) {
      throw new ControllerError({
        code: "CONTROLLER_INVALID",
        asked: "let go of the controller",
        happened: `${open} commands or connections are still open`,
      });
    }
    const shell = await this.#standingShell();
    await this.#connection.ping();
    const channels = {
      shell: shell.state(),
      ...(guest && { guest: { socket: guest.socket.state(), command: guest.command.state() } }),
    };
    // To this side the channels are lost with the connection; the other side does not hear of that.
    this.#transport.release();
    const state = this.#framing.state();
    const frozen: FrozenKeys = {
      format: 2,
      out: directionText(state.out),
      in: directionText(state.in),
      nextChannel: this.#connection.nextId,
      ...(this.#beginning && {
        beginning: {
          server: this.#beginning.idents.server,
          sessionId: this.#beginning.sessionId.toString("base64"),
        },
      }),
      ...channels,
    };
    return Buffer.from(JSON.stringify(frozen)).toString("base64");
  }

  /** A shell that blocks on its input: nothing of its start is left for the revival. */
  async #standingShell(): Promise<SshChannel> {
    const shell = await this.#connection.open("session");
    await this.#start(shell, "exec sh");
    shell.write("echo\n");
    if ((await firstLine(shell)) === "\n") return shell;
    throw new ControllerError({
      code: "CONTROLLER_COMMAND_FAILED",
      asked: "leave a shell in the controller",
      happened: "it ended instead of standing by",
    });
  }

  get hasStanding(): boolean {
    return this.#standing !== undefined;
  }

  /** The command that has stood by in the guest; once. */
  takeStanding(): GuestChannel | undefined {
    const standing = this.#standing;
    this.#standing = undefined;
    return standing;
  }

  async run(
    command: string,
    { noInput = false }: { readonly noInput?: boolean } = {},
  ): Promise<RemoteCommand> {
    const shell = this.#shell;
    if (noInput && shell !== undefined) {
      this.#shell = undefined;
      shell.write(`${command}\n`);
      return asRemoteCommand(shell);
    }
    const channel = await this.#connection.open("session");
    await this.#start(channel, command);
    return asRemoteCommand(channel);
  }

  async #start(channel: SshChannel, command: string): Promise<void> {
    const started = await channel.request("exec", { string: command });
    if (started) return;
    channel.destroy();
    throw new ControllerError({
      code: "CONTROLLER_COMMAND_FAILED",
      asked: "run a command in the controller",
      happened: "sshd refused to start it",
    });
  }

  connectSocket(path: string): Promise<SshChannel> {
    const reserved = [{ string: "" }, { uint32: 0 }] as const;
    return this.#connection.open("direct-streamlocal@openssh.com", { string: path }, ...reserved);
  }

  connectTcp(address: string, port: number): Promise<Duplex> {
    const origin = [{ string: "127.0.0.1" }, { uint32: 0 }] as const;
    return this.#connection.open("direct-tcpip", { string: address }, { uint32: port }, ...origin);
  }

  async close(): Promise<void> {
    // 11 = by application
    const why = [{ uint32: 11 }, { string: "" }, { string: "" }] as const;
    this.#transport.send(packet({ byte: MSG.DISCONNECT }, ...why));
    this.#transport.release();
    await this.closed;
  }
}

function directionBytes({ key, iv }: FrozenKeys["out"]): DirectionState {
  return { key: Buffer.from(key, "base64"), iv: Buffer.from(iv, "base64") };
}

function directionText({ key, iv }: DirectionState): FrozenKeys["out"] {
  return { key: key.toString("base64"), iv: iv.toString("base64") };
}

function isChannelState(state: ChannelState): boolean {
  const { local, remote, window, maxData, consumed } = state;
  return [local, remote, window, maxData, consumed].every(
    (value) => Number.isSafeInteger(value) && value >= 0,
  );
}

function parseFrozen(text: string): FrozenKeys {
  try {
    const value = JSON.parse(Buffer.from(text, "base64").toString("utf8")) as FrozenKeys;
    const good = [value.out, value.in].every(
      ({ key, iv }) =>
        Buffer.from(key, "base64").byteLength === 16 && Buffer.from(iv, "base64").byteLength === 12,
    );
    const { shell, guest } = value;
    const channels = [shell, ...(guest === undefined ? [] : [guest.socket, guest.command])];
    const whole = channels.every(isChannelState);
    if (value.format === 2 && good && whole && Number.isSafeInteger(value.nextChannel)) {
      return value;
    }
  } catch {
    // Told below.
  }
  throw new ControllerError({
    code: "CONTROLLER_INVALID",
    asked: "go on with a frozen session",
    happened: "what was kept of it is none of this version's",
    hint: "make the state again",
  });
}
