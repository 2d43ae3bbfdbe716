import type { ItemEnd } from "@winvm/pipeline";

/** The first line of a job log: the columns of GNU parallel. */
export const joblogHeader =
  "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

/** What a job log says beside an item's end. */
export interface LoggedJob {
  readonly exitStatus: number;
  readonly stdoutBytes: number;
  readonly command: string;
}

/** The line of an item. Times in seconds; `:` is this host; nothing is sent. */
export function joblogLine(end: ItemEnd, { exitStatus, stdoutBytes, command }: LoggedJob): string {
  const { outcome } = end;
  const signal = outcome.kind === "signalled" ? outcome.signal : 0;
  const columns = [
    end.sequence,
    ":",
    (end.startedAtMs / 1000).toFixed(3),
    (end.elapsedMs / 1000).toFixed(3),
    0,
    stdoutBytes,
    signal === 0 ? exitStatus : 0,
    signal,
    command.replaceAll(/[\t\n\r]/g, " "),
  ];
  return `${columns.join("\t")}\n`;
}

/** A command as a POSIX shell would take it. */
export function quoted(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}
