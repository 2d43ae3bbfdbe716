import { withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import type { ExecOptions, ExecResult, SambaSetup } from "../controller/controller.ts";
import { ControllerError } from "../errors.ts";
import { untilAnswered } from "../guest/reach.ts";
import { CONTROLLER_ADDRESS } from "../machine/controller-machine.ts";
import type { ControllerShell } from "../session/shell.ts";
import { answersSmb } from "./negotiate.ts";
import { parseSambaStatus } from "./status.ts";
import type { SambaStatus } from "./status.ts";

/** The one account in the controller that anybody can log in to over SMB. */
const ACCOUNT = "winvm";
const CONFIG = "/etc/samba/smb.conf";

/** See `Controller.startSamba`. */
export async function startSamba(
  shell: ControllerShell,
  { config, user, password }: SambaSetup,
  wait: WaitOptions,
): Promise<void> {
  const asked = "start Samba in the controller";
  checkAccount(asked, user, password);
  await withDeadline(
    asked,
    async (signal) => {
      await writeConfig(shell, config, signal);
      const stdin = `${password}\n${password}\n`;
      await samba(shell, asked, ["smbpasswd", "-s", "-a", user], { stdin, signal });
      await samba(shell, asked, ["smbd", "--daemon"], { signal });
      const connect = (): ReturnType<ControllerShell["connectTcp"]> =>
        shell.connectTcp(CONTROLLER_ADDRESS, 445);
      await untilAnswered(asked, connect, answersSmb, { signal });
    },
    wait,
  );
}

/** See `Controller.reloadSamba`. */
export async function reloadSamba(
  shell: ControllerShell,
  config: string,
  wait: WaitOptions,
): Promise<void> {
  const asked = "give Samba a new configuration";
  await withDeadline(
    asked,
    async (signal) => {
      await writeConfig(shell, config, signal);
      await samba(shell, asked, ["smbcontrol", "all", "reload-config"], { signal });
    },
    wait,
  );
}

/** See `Controller.sambaStatus`. */
export async function sambaStatus(shell: ControllerShell, wait: WaitOptions): Promise<SambaStatus> {
  const asked = "ask Samba who is connected";
  return parseSambaStatus((await samba(shell, asked, ["smbstatus", "--json"], wait)).stdout);
}

function checkAccount(asked: string, user: string, password: string): void {
  const happened =
    user !== ACCOUNT
      ? `there is no account ${JSON.stringify(user)}`
      : password === "" || /[\n\0]/.test(password)
        ? "the password is empty or holds a line break"
        : undefined;
  if (happened === undefined) return;
  throw new ControllerError({
    code: "CONTROLLER_INVALID",
    asked,
    happened,
    hint: `the controller's one account is ${ACCOUNT}, which has no rights of its own`,
  });
}

async function writeConfig(
  shell: ControllerShell,
  config: string,
  signal: AbortSignal,
): Promise<void> {
  // Under its name when it is complete: smbd reads it whenever it likes.
  const script = `cat >${CONFIG}.new && mv ${CONFIG}.new ${CONFIG}`;
  const { code, stderr } = await shell.script(script, { stdin: config, signal });
  if (code !== 0) throw failed("write smb.conf", stderr);
}

async function samba(
  shell: ControllerShell,
  asked: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const result = await shell.exec(argv, options);
  if (result.code === 0) return result;
  const end = result.signal ?? `code ${result.code}`;
  const said = `${result.stderr}${result.stdout}`.trim();
  throw failed(asked, `${argv[0]} ended with ${end}: ${said}`);
}

function failed(asked: string, happened: string): ControllerError {
  return new ControllerError({ code: "CONTROLLER_SAMBA_FAILED", asked, happened });
}
