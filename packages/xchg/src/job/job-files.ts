import { throwFaults } from "../errors.ts";
import { jobFileNames } from "../protocol/files.ts";
import { encodeList } from "../protocol/list.ts";
import type { Share } from "../shares/plan.ts";
import { jobFaults } from "./check-job.ts";
import type { Job, Shell } from "./job.ts";

/** What belongs to a job besides itself. */
export interface JobTicket {
  /** Ties the job's files to one run: 8 to 64 letters, digits, `-` or `_`. */
  readonly nonce: string;
  /** The places of the guest, so that the runner can name them and translate their paths. */
  readonly shares?: readonly Pick<Share, "name" | "guestPath" | "letter">[] | undefined;
}

/**
 * The files of `job/`, but for the runner. Pure.
 *
 * @throws XchgError `XCHG_JOB_INVALID` with all faults in `data.faults`.
 */
export function jobFiles(job: Job, ticket: JobTicket): Record<string, Buffer> {
  const faults = jobFaults(job);
  if (!/^[\w-]{8,64}$/.test(ticket.nonce)) {
    faults.push({
      path: "nonce",
      expected: "8 to 64 letters, digits, - or _",
      value: ticket.nonce,
    });
  }
  throwFaults("XCHG_JOB_INVALID", "stage a job", faults);
  const { command, env, cwd } = job;
  const names = jobFileNames;
  const shares = (ticket.shares ?? []).map(
    ({ name, guestPath, letter }) => `${name}\t${guestPath}\t${letter}\n`,
  );
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`);
  return {
    [names.nonce]: Buffer.from(`${ticket.nonce}\n`),
    [names.shares]: Buffer.from(shares.join("")),
    ...(variables.length === 0 ? {} : { [names.env]: encodeList(variables) }),
    ...(cwd === undefined ? {} : { [names.cwd]: encodeList([cwd]) }),
    ...(command.kind === "argv"
      ? { [names.argv]: encodeList(command.argv) }
      : {
          [names.argv]: encodeList(command.args ?? []),
          [names.shell]: Buffer.from(`${command.shell}\n`),
          [names.script]: scriptBytes(command.shell, command.text),
        }),
  };
}

/** The program that a job asks for, for messages. */
export function jobProgram({ command }: Job): string {
  return command.kind === "argv" ? (command.argv[0] ?? "") : command.shell;
}

const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);

/**
 * A script as its shell reads it. For cmd: lines end with CR LF, no byte order mark, and commands are not echoed, as
 * with `cmd /c`. For PowerShell: a text that is not ASCII gets a byte order mark, without which Windows PowerShell takes
 * it for the system's code page.
 */
export function scriptBytes(shell: Shell, text: string | Uint8Array): Buffer {
  const bytes = Buffer.from(text as Uint8Array);
  const marked = bytes.subarray(0, 3).equals(byteOrderMark);
  if (shell === "cmd") {
    const lines = bytes.toString("latin1", marked ? 3 : 0).replaceAll(/\r?\n/g, "\r\n");
    const ended = lines.endsWith("\n") || lines === "" ? lines : `${lines}\r\n`;
    return Buffer.from(`@echo off\r\n${ended}`, "latin1");
  }
  const foreign = typeof text === "string" && /[^\p{ASCII}]/u.test(text);
  return shell === "powershell" && foreign && !marked
    ? Buffer.concat([byteOrderMark, bytes])
    : bytes;
}
