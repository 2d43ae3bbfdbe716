import type { Duplex } from "node:stream";
import { withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import type {
  GuestAddress,
  GuestLogin,
  GuestOptions,
  StandingOptions,
} from "../controller/controller.ts";
import { ControllerError } from "../errors.ts";
import type { CommandExit } from "../protocol/channel.ts";
import { muxAlive } from "../protocol/mux.ts";
import { driveCommand } from "../session/drive.ts";
import type { ControllerShell } from "../session/shell.ts";
import { asGuestCommand, startInGuest } from "./command.ts";
import { endMasterScript, masterArgv, masterLogScript, MUX_SOCKET } from "./master.ts";
import { greetsAsSsh, untilAnswered } from "./reach.ts";

/** See `Controller.waitForGuest`. */
export async function waitForGuest(
  shell: ControllerShell,
  { address, port = 22, ...wait }: GuestAddress & WaitOptions,
): Promise<void> {
  const connect = (): Promise<Duplex> => shell.connectTcp(address, port);
  await untilAnswered(`wait for the guest's SSH at ${address}`, connect, greetsAsSsh, wait);
}

/** See `Controller.connectGuest`. */
export async function connectGuest(
  shell: ControllerShell,
  login: GuestLogin & WaitOptions,
): Promise<void> {
  const { address, user, port = 22, privateKey, ...wait } = login;
  const asked = `log in to the guest as ${user}`;
  const { parsePrivateKey } = await import("../session/private-key.ts");
  const key = parsePrivateKey(privateKey, asked);
  await withDeadline(
    asked,
    async (signal) => {
      await shell.script(endMasterScript(), { signal });
      const argv = masterArgv(address, user, port);
      const { code, stderr } = await shell.execWithAgent(argv, key, { signal });
      if (code === 0) return;
      const log = await shell.script(masterLogScript(), { signal });
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

/** See `Controller.guestAlive`. */
export function guestAlive(shell: ControllerShell, wait: WaitOptions): Promise<boolean> {
  return withDeadline(
    "ask for the connection to the guest",
    async () => {
      try {
        return await muxAlive(await masterSocket(shell));
      } catch (error) {
        if (error instanceof ControllerError && error.code === "CONTROLLER_GUEST_LOST")
          return false;
        throw error;
      }
    },
    wait,
  );
}

/** See `Controller.guest`. */
export async function runInGuest(
  shell: ControllerShell,
  command: string,
  options: GuestOptions,
): Promise<CommandExit> {
  const { stdin, stdout, stderr, pty, ...wait } = options;
  const exit = await withDeadline(
    asked,
    async (signal) => {
      const started = await startInGuest(await masterSocket(shell), command, pty);
      const remote = asGuestCommand(started);
      return driveCommand(asked, remote, { stdin, stdout, stderr }, { signal }, pty);
    },
    wait,
  );
  return exit ?? brokeOff();
}

/** See `Controller.guestStanding`. */
export async function runStanding(
  shell: ControllerShell,
  options: StandingOptions,
): Promise<CommandExit> {
  const { first, stdin, stdout, stderr, ...wait } = options;
  const standing = shell.takeStanding();
  if (standing === undefined) {
    throw new ControllerError({
      code: "CONTROLLER_INVALID",
      asked,
      happened: "no command stands by in the guest",
      hint: "detach({ standing }) leaves one there for its revival, which can be used once",
    });
  }
  const streams = { first, stdin, stdout, stderr };
  return (await driveCommand(asked, asGuestCommand(standing), streams, wait)) ?? brokeOff();
}

const asked = "run a command in the guest";

function brokeOff(): never {
  throw new ControllerError({
    code: "CONTROLLER_GUEST_LOST",
    asked,
    happened: "the connection to the guest broke before the command had ended",
  });
}

/** A connection to the ssh master's control socket. */
export async function masterSocket(shell: Pick<ControllerShell, "connectSocket">): Promise<Duplex> {
  try {
    return await shell.connectSocket(MUX_SOCKET);
  } catch (cause) {
    const refused = cause instanceof ControllerError && cause.code === "CONTROLLER_COMMAND_FAILED";
    if (!refused) throw cause;
    throw new ControllerError({
      code: "CONTROLLER_GUEST_LOST",
      asked: "speak through the SSH connection to the guest",
      happened: "there is none",
      hint: "connectGuest makes one",
      cause,
    });
  }
}
