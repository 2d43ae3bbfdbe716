import { administrator } from "../../answer/defaults.ts";
import { may, raw, setText } from "../batch/step.ts";
import type { Command } from "../batch/step.ts";

/** The name of {@link accountTemplate} on the set-up medium. */
export const accountFile = "account.inf";

/**
 * A security template that gives the built-in account the name that everything logs on by, whatever the language of the
 * media calls it: `Administrateur`, `Administrador`, `Rendszergazda` … The policy knows the account by its number, and is
 * there since XP (Microsoft, Accounts: Rename administrator account; [MS-GPSB], System Access).
 */
export const accountTemplate: readonly string[] = [
  "[Version]",
  'signature="$CHICAGO$"',
  "Revision=1",
  "[System Access]",
  `NewAdministratorName = "${administrator}"`,
];

const askFor = `net user ${administrator} >nul 2>nul <nul`;
const goOn = 'if "%errorlevel%"=="0" goto named';

// The name counts, not secedit's code alone: a warning has one, too.
const rename: readonly string[] = [
  askFor,
  goOn,
  'if not exist "C:\\winvm\\" md "C:\\winvm"',
  `secedit /configure /db "%TEMP%\\winvm-account.sdb" /cfg "%~dp0${accountFile}" /areas SECURITYPOLICY /log "C:\\winvm\\account.log" /quiet >nul 2>nul <nul`,
  'set "CODE=%errorlevel%"',
  'if "%CODE%"=="0" goto named',
  askFor,
  goOn,
  `set "REASON=the built-in account can't be called ${administrator}: secedit ended with code %CODE%, see C:\\winvm\\account.log"`,
];

/**
 * Since Vista the answer file names who logs on, so the account has its name before. Where it can't get it, nobody would
 * ever log on, and Setup ends.
 */
export const namedBeforeLogon: readonly Command[] = raw(
  ...rename,
  '>"C:\\winvm\\failed" echo step=account',
  '>>"C:\\winvm\\failed" echo reason=%REASON%',
  ">COM1 echo winvm-setup: failed: account: %REASON%",
  "exit /b 3",
  ":named",
);

/** In XP and 2003 Setup itself knows whom to log on the first time. */
export const namedAtLogon: readonly Command[] = [
  ...raw(...rename, "goto failed", ":named"),
  may(
    setText(
      "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon",
      "DefaultUserName",
      administrator,
    ),
  ),
];
