import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import type { ExecOptions, ExecResult } from "../controller/controller.ts";
import { ControllerError } from "../errors.ts";
import type { GuestChannel } from "../guest/command.ts";
import type { AgentKey } from "../protocol/agent.ts";
import { killScript, markCommand } from "../shell/kill.ts";
import { quoteArgv } from "../shell/quote.ts";
import { Collector, driveCommand } from "./drive.ts";
import { FrozenSession } from "./frozen-session.ts";
import type { StandingGuest } from "./frozen-session.ts";
import type { Session } from "./session.ts";
import type { Ssh2Session } from "./ssh2-session.ts";

/** Starts the command that is to stand by in the guest, through the session that is frozen. */
export type StartStanding = (session: Session) => Promise<StandingGuest>;

/** What a {@link ControllerShell} is made of. */
export interface ShellParts {
  readonly port: Duplex;
  /** Who logs in, as OpenSSH writes it. */
  readonly privateKey: string;
  readonly session: Session;
}

/** The controller as a place where commands run, whichever session carries them at the time. */
export class ControllerShell {
  readonly #port: Duplex;
  readonly #privateKey: string;
  #session: Session;
  #closing: Promise<void> | undefined;

  constructor({ port, privateKey, session }: ShellParts) {
    this.#port = port;
    this.#privateKey = privateKey;
    this.#session = session;
  }

  /** Runs a program; its arguments arrive as they are. */
  exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.#run(quoteArgv(argv), options);
  }

  /** Runs a text of the POSIX shell. */
  script(text: string, options: ExecOptions = {}): Promise<ExecResult> {
    return this.#run(text, options);
  }

  connectSocket(path: string): Promise<Duplex> {
    return this.#session.connectSocket(path);
  }

  connectTcp(address: string, port: number): Promise<Duplex> {
    return this.#session.connectTcp(address, port);
  }

  /** Runs a program that may have things signed by a key of this process for as long as it runs. */
  async execWithAgent(
    argv: readonly string[],
    key: AgentKey,
    wait: WaitOptions,
  ): Promise<ExecResult> {
    const session = await this.#lendingSession(wait);
    using _lent = session.agent.lend(key);
    return await this.#run(quoteArgv(argv), wait, { lendAgent: true });
  }

  /**
   * Leaves the port in the middle of a session that can be taken up again; see {@link FrozenSession}. `standing` is
   * started in the guest first.
   */
  async freeze(wait: WaitOptions, standing?: StartStanding): Promise<string> {
    let session = this.#session;
    if (!(session instanceof FrozenSession)) {
      // ssh2, here and below, is much code, of which a revival needs none.
      const { parsePrivateKey } = await import("./private-key.ts");
      const key = parsePrivateKey(this.#privateKey, "log in to the sshd that is to be frozen");
      const next = FrozenSession.connect(this.#port, key, wait);
      // Its failure is told below.
      next.catch(() => {});
      await session.close();
      session = await next;
      this.#session = session;
      // What a first command touches is in memory and set up before the freeze.
      await this.script("true", wait);
    }
    const frozen = await (session as FrozenSession).freeze(await standing?.(session));
    this.#closing = Promise.resolve();
    return frozen;
  }

  /** The command that has stood by in the guest through the freeze; once. */
  takeStanding(): GuestChannel | undefined {
    return this.#session instanceof FrozenSession ? this.#session.takeStanding() : undefined;
  }

  /** Whether {@link takeStanding} has something to give. */
  get hasStanding(): boolean {
    return this.#session instanceof FrozenSession && this.#session.hasStanding;
  }

  close(): Promise<void> {
    this.#closing ??= this.#port.destroyed ? Promise.resolve() : this.#session.close();
    return this.#closing;
  }

  /** A session that has an agent; one that came out of a freeze is changed for a new one. */
  async #lendingSession(wait: WaitOptions): Promise<Ssh2Session> {
    const { Ssh2Session } = await import("./ssh2-session.ts");
    if (this.#session instanceof Ssh2Session) return this.#session;
    // It leaves the port paused: the next sshd's greeting waits for its reader.
    await this.#session.close();
    const session = await Ssh2Session.connect(this.#port, this.#privateKey, wait);
    this.#session = session;
    return session;
  }

  async #run(
    command: string,
    options: ExecOptions,
    login: { readonly lendAgent?: boolean } = {},
  ): Promise<ExecResult> {
    const { signal, timeoutMs, stdin } = options;
    const out = new Collector();
    const err = new Collector();
    const streams = { stdin, stdout: options.stdout ?? out, stderr: options.stderr ?? err };
    const short = command.length > 80 ? `${command.slice(0, 80)}…` : command;
    const asked = `run ${short} in the controller`;
    const id = randomUUID();
    const running = withDeadline(
      asked,
      async (inner) => {
        if (this.#closing !== undefined) throw closed(asked);
        const how = { ...login, noInput: stdin === undefined };
        const remote = await this.#session.run(markCommand(id, command), how);
        const result = await driveCommand(asked, remote, streams, { signal: inner });
        if (result !== undefined) return result;
        throw await this.#session.closed;
      },
      { signal, timeoutMs },
    );
    const exit = await running.catch(async (error: unknown) => {
      await this.#end(id);
      throw error;
    });
    return { ...exit, stdout: out.text(), stderr: err.text() };
  }

  /** Ends what a command that isn't waited for any more has left; a broken connection has no word in this. */
  async #end(id: string): Promise<void> {
    if (this.#closing !== undefined) return;
    const kill = async (): Promise<void> => {
      const remote = await this.#session.run(killScript(id));
      await driveCommand("end a command", remote, {}, {});
    };
    await withDeadline("end a command", kill, { timeoutMs: 5000 }).catch(() => {});
  }
}

function closed(asked: string): ControllerError {
  return new ControllerError({
    code: "CONTROLLER_CONNECTION_LOST",
    asked,
    happened: "the connection was closed here, or left for a freeze",
    hint: "connectController makes a new one",
  });
}
