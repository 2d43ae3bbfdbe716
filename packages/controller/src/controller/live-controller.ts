import { traced, withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { ControllerError } from "../errors.ts";
import { connectGuest, guestAlive, runInGuest, runStanding, waitForGuest } from "../guest/guest.ts";
import { standInGuest } from "../guest/standing.ts";
import type { CommandExit } from "../protocol/channel.ts";
import { reloadSamba, sambaStatus, startSamba } from "../samba/samba.ts";
import type { SambaStatus } from "../samba/status.ts";
import type { ControllerShell } from "../session/shell.ts";
import type { MountPort } from "../shares/mount-port.ts";
import { unmountScript } from "../shares/scripts.ts";
import { shareError } from "../shares/share-error.ts";
import type {
  Controller,
  DetachOptions,
  ExecOptions,
  ExecResult,
  GuestAddress,
  GuestLogin,
  GuestOptions,
  SambaSetup,
  StandingOptions,
} from "./controller.ts";

/** The one implementation of {@link Controller}: each verb in the room that it belongs to. */
export class LiveController implements Controller {
  readonly #shell: ControllerShell;
  readonly #mounts: MountPort;

  constructor(shell: ControllerShell, mounts: MountPort) {
    this.#shell = shell;
    this.#mounts = mounts;
  }

  exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.#shell.exec(argv, options);
  }

  startSamba(setup: SambaSetup, wait: WaitOptions = {}): Promise<void> {
    return inTrace("Samba", "start Samba", () => startSamba(this.#shell, setup, wait));
  }

  reloadSamba(config: string, wait: WaitOptions = {}): Promise<void> {
    return reloadSamba(this.#shell, config, wait);
  }

  sambaStatus(wait: WaitOptions = {}): Promise<SambaStatus> {
    return sambaStatus(this.#shell, wait);
  }

  async mountShares(tags: readonly string[], wait: WaitOptions = {}): Promise<void> {
    if (tags.length === 0) return;
    await this.#mounts.mount(tags, wait);
  }

  async unmountShares(tags: readonly string[], wait: WaitOptions = {}): Promise<void> {
    if (tags.length === 0) return;
    const asked = `unmount the shares ${tags.join(", ")}`;
    const { code, stderr } = await inTrace("shares", asked, () =>
      this.#shell.script(unmountScript(tags), wait),
    );
    if (code !== 0) throw shareError(asked, stderr);
  }

  async setClock(date: Date, wait: WaitOptions = {}): Promise<void> {
    const seconds = Math.floor(date.getTime() / 1000);
    const { code, stderr } = await this.exec(["date", "-u", "-s", `@${seconds}`], wait);
    if (code === 0) return;
    throw new ControllerError({
      code: "CONTROLLER_COMMAND_FAILED",
      asked: "set the controller's clock",
      happened: stderr.trim(),
    });
  }

  waitForGuest(guest: GuestAddress & WaitOptions): Promise<void> {
    return inTrace("guest", "wait for its SSH", () => waitForGuest(this.#shell, guest));
  }

  connectGuest(login: GuestLogin & WaitOptions): Promise<void> {
    return inTrace("guest", "log in to it", () => connectGuest(this.#shell, login));
  }

  guestAlive(wait: WaitOptions = {}): Promise<boolean> {
    return guestAlive(this.#shell, wait);
  }

  guest(command: string, options: GuestOptions = {}): Promise<CommandExit> {
    return inTrace("guest", "run a command", () => runInGuest(this.#shell, command, options), {
      command,
    });
  }

  get hasStanding(): boolean {
    return this.#shell.hasStanding;
  }

  guestStanding(options: StandingOptions = {}): Promise<CommandExit> {
    return inTrace("guest", "the runner that stands by", () => runStanding(this.#shell, options));
  }

  detach({ standing, ...wait }: DetachOptions = {}): Promise<{ readonly ident: string }> {
    const start = standing === undefined ? undefined : standInGuest(standing);
    return withDeadline(
      "let go of the controller",
      async (signal) => ({ ident: await this.#shell.freeze({ signal }, start) }),
      wait,
    );
  }

  close(): Promise<void> {
    return this.#shell.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function inTrace<T>(
  lane: string,
  name: string,
  work: () => Promise<T>,
  details?: Readonly<Record<string, unknown>>,
): Promise<T> {
  return traced(() => ({ group: "controller", lane, name, details }), work);
}
