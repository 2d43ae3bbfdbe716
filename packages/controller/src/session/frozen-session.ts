import type { Duplex } from "node:stream";
import type { WaitOptions } from "@winvm/runtime";
import { withDeadline } from "@winvm/runtime";
import { CLIENT_IDENT, readGreeting } from "../connection/greeting.ts";
import { ControllerError } from "../errors.ts";
import { AesGcmFraming } from "../protocol/aes-gcm.ts";
import type { DirectionState } from "../protocol/aes-gcm.ts";
import type { AgentKey } from "../protocol/agent.ts";
import { SshConnection } from "../protocol/connection.ts";
import { FramedTransport } from "../protocol/framed.ts";
import { login } from "../protocol/handshake.ts";
import { MSG } from "../protocol/messages.ts";
import { packet } from "../protocol/wire.ts";
import { asRemoteCommand } from "./channel-command.ts";
import type { RemoteCommand, Session } from "./session.ts";
import { lost } from "./ssh2-session.ts";

interface FrozenKeys {
  readonly format: 1;
  readonly out: { readonly key: string; readonly iv: string };
  readonly in: { readonly key: string; readonly iv: string };
  readonly nextChannel: number;
}

/**
 * A session that can be frozen with the controller: the host's end of it is a few numbers, which are written down
 * beside the state, so that the host goes on speaking to the revived sshd in the middle of the conversation, just as the
 * revived guest does. No key exchange, no login, no process to start.
 */
export class FrozenSession implements Session {
  readonly closed: Promise<Error>;
  readonly #transport: FramedTransport;
  readonly #framing: AesGcmFraming;
  readonly #connection: SshConnection;

  private constructor(transport: FramedTransport, framing: AesGcmFraming, nextChannel: number) {
    this.#transport = transport;
    this.#framing = framing;
    this.#connection = new SshConnection(transport, lost, nextChannel);
    this.closed = this.#connection.closed;
  }

  /** Logs in to the sshd that greets, for {@link freeze} to follow. */
  static async connect(port: Duplex, key: AgentKey, wait: WaitOptions): Promise<FrozenSession> {
    return withDeadline(
      "log in to the sshd that is to be frozen",
      async (signal) => {
        const greeting = await readGreeting(port, { signal });
        const { transport, framing } = await login(port, CLIENT_IDENT, greeting, "root", key);
        return new FrozenSession(transport, framing, 0);
      },
      wait,
    );
  }

  /** Takes a session up again where {@link freeze} left it. */
  static resume(port: Duplex, frozen: string): FrozenSession {
    const keys = parseFrozen(frozen);
    const framing = new AesGcmFraming(directionBytes(keys.out), directionBytes(keys.in));
    return new FrozenSession(new FramedTransport(port, framing), framing, keys.nextChannel);
  }

  /** Lets go of the port between two packets; the string is all that {@link resume} needs, and as secret as a key. */
  async freeze(): Promise<string> {
    if (this.#connection.channelCount > 0) {
      throw new ControllerError({
        code: "CONTROLLER_INVALID",
        asked: "let go of the controller",
        happened: `${this.#connection.channelCount} commands or connections are still open`,
      });
    }
    await this.#connection.ping();
    this.#transport.release();
    const state = this.#framing.state();
    const frozen: FrozenKeys = {
      format: 1,
      out: directionText(state.out),
      in: directionText(state.in),
      nextChannel: this.#connection.nextId,
    };
    return Buffer.from(JSON.stringify(frozen)).toString("base64");
  }

  async run(command: string): Promise<RemoteCommand> {
    const channel = await this.#connection.open("session");
    const started = await channel.request("exec", { string: command });
    if (started) return asRemoteCommand(channel);
    channel.destroy();
    throw new ControllerError({
      code: "CONTROLLER_COMMAND_FAILED",
      asked: "run a command in the controller",
      happened: "sshd refused to start it",
    });
  }

  connectSocket(path: string): Promise<Duplex> {
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

function parseFrozen(text: string): FrozenKeys {
  try {
    const value = JSON.parse(Buffer.from(text, "base64").toString("utf8")) as FrozenKeys;
    const good = [value.out, value.in].every(
      ({ key, iv }) =>
        Buffer.from(key, "base64").byteLength === 16 && Buffer.from(iv, "base64").byteLength === 12,
    );
    if (value.format === 1 && good && Number.isSafeInteger(value.nextChannel)) return value;
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
