import type { Duplex } from "node:stream";
import { traced, withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import ssh2 from "ssh2";
import type { ClientChannel, ExecOptions, PublicKeyAuthMethod } from "ssh2";
import { CLIENT_SOFTWARE, readGreeting } from "../connection/greeting.ts";
import { PortStream } from "../connection/port-stream.ts";
import { ControllerError } from "../errors.ts";
import type { CommandExit } from "../protocol/channel.ts";
import { LentAgent } from "./agent.ts";
import { lost } from "./session.ts";
import type { RemoteCommand, Session } from "./session.ts";

const { Client } = ssh2;
/** How long sshd has to hear that the session is over. */
const GOODBYE_MS = 2000;

/** The session of a controller that runs: ssh2 over the port. */
export class Ssh2Session implements Session {
  readonly closed: Promise<Error>;
  readonly agent: LentAgent;
  readonly #client: InstanceType<typeof Client>;
  readonly #stream: PortStream;
  #gone: Error | undefined;

  private constructor(
    client: InstanceType<typeof Client>,
    stream: PortStream,
    agent: LentAgent,
    closed: Promise<Error>,
  ) {
    this.#client = client;
    this.#stream = stream;
    this.agent = agent;
    this.closed = closed;
    const onGone = (error: Error): void => {
      this.#gone = error;
    };
    void closed.then(onGone);
  }

  /** Waits for the sshd that greets, and logs in. */
  static async connect(port: Duplex, privateKey: string, wait: WaitOptions): Promise<Ssh2Session> {
    return withDeadline(
      "connect to the controller",
      async (signal) => {
        const greeting = await traced(
          () => ({ group: "controller", lane: "SSH", name: "wait for sshd's greeting" }),
          () => readGreeting(port, { signal }),
        );
        const stream = new PortStream(port, greeting.bytes);
        const agent = new LentAgent();
        const client = new Client();
        const { promise: closed, resolve } = Promise.withResolvers<Error>();
        let reason: Error | undefined;
        client.on("close", () => resolve(lost(reason)));
        const ready = new Promise<void>((done, fail) => {
          client.once("ready", done);
          client.on("error", (error) => {
            reason ??= error;
            fail(error);
          });
          client.once("close", () => fail(reason ?? new Error("sshd closed the connection")));
        });
        const stop = (): void => void client.destroy();
        signal.addEventListener("abort", stop, { once: true });
        const publicKey: PublicKeyAuthMethod = {
          type: "publickey",
          username: "root",
          key: privateKey,
        };
        client.connect({
          sock: stream,
          ident: CLIENT_SOFTWARE,
          username: "root",
          agent,
          authHandler: [publicKey],
          // The wait has its own limit.
          readyTimeout: 0,
          keepaliveInterval: 0,
          algorithms: {
            kex: ["curve25519-sha256"],
            serverHostKey: ["ssh-ed25519"],
            cipher: ["aes128-gcm@openssh.com"],
            compress: ["none"],
          },
        });
        try {
          await traced(
            () => ({ group: "controller", lane: "SSH", name: "handshake and login" }),
            () => ready,
          );
        } catch (cause) {
          stream.destroy();
          throw new ControllerError({
            code: "CONTROLLER_CONNECT_FAILED",
            asked: "log in to the controller's sshd",
            happened: cause instanceof Error ? cause.message : String(cause),
            hint: "is this the key whose public half the controller was started with?",
            cause,
          });
        } finally {
          signal.removeEventListener("abort", stop);
        }
        return new Ssh2Session(client, stream, agent, closed);
      },
      wait,
    );
  }

  async run(
    command: string,
    options: { readonly lendAgent?: boolean } = {},
  ): Promise<RemoteCommand> {
    // The types lack `agentForward`, which exec of ssh2 takes.
    const execOptions: ExecOptions & { agentForward: boolean } = {
      agentForward: options.lendAgent === true,
    };
    return this.#ask<RemoteCommand>("run a command in the controller", (done) =>
      this.#client.exec(command, execOptions, (error, channel) =>
        // Here and not later: a quick command's exit is told in the same breath.
        error === undefined ? done(undefined, adapt(channel)) : done(error),
      ),
    );
  }

  connectSocket(path: string): Promise<Duplex> {
    return this.#ask<ClientChannel>(`connect to ${path} in the controller`, (done) =>
      this.#client.openssh_forwardOutStreamLocal(path, done),
    );
  }

  connectTcp(address: string, port: number): Promise<Duplex> {
    return this.#ask<ClientChannel>(`connect to ${address} port ${port}`, (done) =>
      this.#client.forwardOut("127.0.0.1", 0, address, port, done),
    );
  }

  async close(): Promise<void> {
    this.#client.end();
    // Where the goodbye isn't heard any more there is nothing to wait for.
    const limit = setTimeout(() => this.#client.destroy(), GOODBYE_MS);
    await this.closed;
    clearTimeout(limit);
    this.#stream.destroy();
  }

  /** ssh2's callbacks as promises that also end with the connection, which ssh2 does not tell each of them. */
  async #ask<T>(
    asked: string,
    start: (done: (error: Error | undefined, value?: T) => void) => void,
  ): Promise<T> {
    if (this.#gone !== undefined) throw this.#gone;
    const answered = new Promise<T>((resolve, reject) => {
      const refused = (cause: unknown): void =>
        reject(
          new ControllerError({
            code: "CONTROLLER_COMMAND_FAILED",
            asked,
            happened: cause instanceof Error ? cause.message : String(cause),
            cause,
          }),
        );
      try {
        start((error, value) => (error === undefined ? resolve(value as T) : refused(error)));
      } catch (cause) {
        refused(cause);
      }
    });
    return Promise.race([
      answered,
      this.closed.then((error) => {
        throw error;
      }),
    ]);
  }
}

function adapt(channel: ClientChannel): RemoteCommand {
  let exit: CommandExit | undefined;
  channel.on("exit", (code: number | null, signal?: string) => {
    exit = code === null ? { code, signal: signal?.replace(/^SIG/, "") } : { code };
  });
  // Told by the connection's end.
  channel.on("error", () => {});
  channel.stderr.on("error", () => {});
  return {
    stream: channel,
    stderr: channel.stderr,
    exited: new Promise((resolve) => {
      channel.once("close", () => resolve(exit));
    }),
    kill: (signal) => channel.signal(signal),
    resize: ({ rows, columns }) => channel.setWindow(rows, columns, 0, 0),
    destroy: () => channel.close(),
  };
}
