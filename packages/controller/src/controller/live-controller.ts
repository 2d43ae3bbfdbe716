import type { Duplex } from "node:stream";
import { withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { ControllerError } from "../errors.ts";
import { startInGuest } from "../guest/command.ts";
import { endMasterScript, masterArgv, masterLogScript, MUX_SOCKET } from "../guest/master.ts";
import { greetsAsSsh, untilAnswered } from "../guest/reach.ts";
import { CONTROLLER_ADDRESS } from "../machine/controller-machine.ts";
import type { AgentKey } from "../protocol/agent.ts";
import type { CommandExit } from "../protocol/channel.ts";
import { muxAlive } from "../protocol/mux.ts";
import { answersSmb } from "../samba/negotiate.ts";
import { parseSambaStatus } from "../samba/status.ts";
import type { SambaStatus } from "../samba/status.ts";
import { Collector, driveCommand } from "../session/drive.ts";
import { FrozenSession } from "../session/frozen-session.ts";
import type { Session } from "../session/session.ts";
import { parsePrivateKey } from "../session/private-key.ts";
import { Ssh2Session } from "../session/ssh2-session.ts";
import { mountScript, shareError, unmountScript } from "../shares/mount.ts";
import { quoteArgv } from "../shell/quote.ts";
import type {
  Controller,
  ExecOptions,
  ExecResult,
  GuestAddress,
  GuestLogin,
  GuestOptions,
  SambaSetup,
} from "./controller.ts";

/** What a connected controller is made of. */
export interface ControllerParts {
  readonly port: Duplex;
  readonly key: AgentKey;
  readonly session: Session;
  /** Logs in anew, to the next sshd that greets on the port. */
  readonly reconnect: (wait: WaitOptions) => Promise<Ssh2Session>;
}

/** The one implementation of {@link Controller}. */
export class LiveController implements Controller {
  readonly #port: Duplex;
  readonly #key: AgentKey;
  readonly #reconnect: ControllerParts["reconnect"];
  #session: Session;
  #closing: Promise<void> | undefined;

  constructor(parts: ControllerParts) {
    this.#port = parts.port;
    this.#key = parts.key;
    this.#session = parts.session;
    this.#reconnect = parts.reconnect;
  }

  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const command = quoteArgv(argv);
    return this.#run(command, options);
  }

  async startSamba({ config, user, password }: SambaSetup, wait: WaitOptions = {}): Promise<void> {
    const asked = "start Samba in the controller";
    if (user !== "winvm" || /[\n\0]/.test(password) || password === "") {
      throw new ControllerError({
        code: "CONTROLLER_INVALID",
        asked,
        happened:
          user === "winvm"
            ? "the password is empty or holds a line break"
            : `there is no account ${JSON.stringify(user)}`,
        hint: "the controller's one account is winvm, which has no rights of its own",
      });
    }
    await withDeadline(
      asked,
      async (signal) => {
        await this.#writeConfig(config, signal);
        const input = { stdin: `${password}\n${password}\n`, signal };
        await this.#samba(asked, ["smbpasswd", "-s", "-a", user], input);
        await this.#samba(asked, ["smbd", "--daemon"], { signal });
        const connect = (): Promise<Duplex> => this.#session.connectTcp(CONTROLLER_ADDRESS, 445);
        await untilAnswered(asked, connect, answersSmb, { signal });
      },
      wait,
    );
  }

  async reloadSamba(config: string, wait: WaitOptions = {}): Promise<void> {
    const asked = "give Samba a new configuration";
    await withDeadline(
      asked,
      async (signal) => {
        await this.#writeConfig(config, signal);
        await this.#samba(asked, ["smbcontrol", "all", "reload-config"], { signal });
      },
      wait,
    );
  }

  async sambaStatus(wait: WaitOptions = {}): Promise<SambaStatus> {
    const { stdout } = await this.#samba(
      "ask Samba who is connected",
      ["smbstatus", "--json"],
      wait,
    );
    return parseSambaStatus(stdout);
  }

  async mountShares(tags: readonly string[], wait: WaitOptions = {}): Promise<void> {
    await this.#shares(`mount the shares ${tags.join(", ")}`, mountScript(tags), wait);
  }

  async unmountShares(tags: readonly string[], wait: WaitOptions = {}): Promise<void> {
    await this.#shares(`unmount the shares ${tags.join(", ")}`, unmountScript(tags), wait);
  }

  async setClock(date: Date, wait: WaitOptions = {}): Promise<void> {
    const seconds = Math.floor(date.getTime() / 1000);
    const { code, stderr } = await this.exec(["date", "-u", "-s", `@${seconds}`], wait);
    if (code !== 0) throw commandFailed("set the controller's clock", stderr);
  }

  async waitForGuest({ address, port = 22, ...wait }: GuestAddress & WaitOptions): Promise<void> {
    const connect = (): Promise<Duplex> => this.#session.connectTcp(address, port);
    await untilAnswered(`wait for the guest's SSH at ${address}`, connect, greetsAsSsh, wait);
  }

  async connectGuest(login: GuestLogin & WaitOptions): Promise<void> {
    const { address, user, port = 22, privateKey, ...wait } = login;
    const asked = `log in to the guest as ${user}`;
    const key = parsePrivateKey(privateKey, asked);
    await withDeadline(
      asked,
      async (signal) => {
        const session = await this.#liveSession({ signal });
        await this.#script(endMasterScript(), { signal });
        using _lent = session.agent.lend(key);
        const command = quoteArgv(masterArgv(address, user, port));
        const { code, stderr } = await this.#run(command, { signal }, { lendAgent: true });
        if (code === 0) return;
        const log = await this.#script(masterLogScript(), { signal });
        throw new ControllerError({
          code: "CONTROLLER_GUEST_REFUSED",
          asked,
          happened: `${stderr}${log.stdout}`.trim() || `ssh ended with code ${code}`,
          hint: "is the key's public half in the guest's authorized_keys?",
          data: { code },
        });
      },
      wait,
    );
  }

  async guestAlive(wait: WaitOptions = {}): Promise<boolean> {
    return withDeadline(
      "ask for the connection to the guest",
      async () => {
        const socket = await this.#guestSocket().catch((error: unknown) => {
          if (error instanceof ControllerError && error.code === "CONTROLLER_GUEST_LOST")
            return undefined;
          throw error;
        });
        return socket === undefined ? false : muxAlive(socket);
      },
      wait,
    );
  }

  async guest(command: string, options: GuestOptions = {}): Promise<CommandExit> {
    const { stdin, stdout, stderr, pty, ...wait } = options;
    const asked = "run a command in the guest";
    const remote = await withDeadline(
      asked,
      async () => startInGuest(await this.#guestSocket(), command, pty),
      wait,
    );
    const exit = await driveCommand(asked, remote, { stdin, stdout, stderr }, wait, pty);
    if (exit !== undefined) return exit;
    throw new ControllerError({
      code: "CONTROLLER_GUEST_LOST",
      asked,
      happened: "the connection to the guest broke before the command had ended",
    });
  }

  async detach(wait: WaitOptions = {}): Promise<{ readonly ident: string }> {
    return withDeadline(
      "let go of the controller",
      async (signal) => {
        let session = this.#session;
        if (!(session instanceof FrozenSession)) {
          const next = FrozenSession.connect(this.#port, this.#key, { signal });
          // Its failure is told below.
          next.catch(() => {});
          await session.close();
          session = await next;
          this.#session = session;
          // What a first command touches is in memory and set up before the freeze.
          await this.#script("true", { signal });
        }
        const ident = await (session as FrozenSession).freeze();
        this.#closing = Promise.resolve();
        return { ident };
      },
      wait,
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#port.destroyed ? Promise.resolve() : this.#session.close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A session that can lend an agent; one that came out of a freeze is changed for a new one. */
  async #liveSession(wait: WaitOptions): Promise<Ssh2Session> {
    if (this.#session instanceof Ssh2Session) return this.#session;
    const next = this.#reconnect(wait);
    next.catch(() => {});
    await this.#session.close();
    const session = await next;
    this.#session = session;
    return session;
  }

  async #guestSocket(): Promise<Duplex> {
    try {
      return await this.#session.connectSocket(MUX_SOCKET);
    } catch (cause) {
      if (!(cause instanceof ControllerError) || cause.code !== "CONTROLLER_COMMAND_FAILED")
        throw cause;
      throw new ControllerError({
        code: "CONTROLLER_GUEST_LOST",
        asked: "speak through the SSH connection to the guest",
        happened: "there is none",
        hint: "connectGuest makes one",
        cause,
      });
    }
  }

  #script(script: string, wait: WaitOptions): Promise<ExecResult> {
    return this.#run(script, wait);
  }

  async #shares(asked: string, script: string, wait: WaitOptions): Promise<void> {
    const { code, stderr } = await this.#script(script, wait);
    if (code !== 0) throw shareError(asked, stderr);
  }

  async #writeConfig(config: string, signal: AbortSignal): Promise<void> {
    // Under its name when it is complete: smbd reads it whenever it likes.
    const file = "/etc/samba/smb.conf";
    const script = `cat >${file}.new && mv ${file}.new ${file}`;
    const { code, stderr } = await this.#run(script, { stdin: config, signal });
    if (code !== 0) throw commandFailed("write smb.conf", stderr);
  }

  async #samba(asked: string, argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
    const result = await this.exec(argv, options);
    if (result.code === 0) return result;
    throw new ControllerError({
      code: "CONTROLLER_SAMBA_FAILED",
      asked,
      happened: `${argv[0]} ended with ${result.signal ?? `code ${result.code}`}: ${`${result.stderr}${result.stdout}`.trim()}`,
      data: { argv, code: result.code },
    });
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
    const asked = `run ${command.length > 80 ? `${command.slice(0, 80)}…` : command} in the controller`;
    const exit = await withDeadline(
      asked,
      async (inner) => {
        const remote = await this.#session.run(command, login);
        const result = await driveCommand(asked, remote, streams, { signal: inner });
        if (result !== undefined) return result;
        throw await this.#session.closed;
      },
      { signal, timeoutMs },
    );
    return { ...exit, stdout: out.text(), stderr: err.text() };
  }
}

function commandFailed(asked: string, stderr: string): ControllerError {
  return new ControllerError({
    code: "CONTROLLER_COMMAND_FAILED",
    asked,
    happened: stderr.trim() || "it failed without a word",
  });
}
