import { jobFileNames } from "../protocol/files.ts";

/** Where the guest keeps the job that is spoken to it: in memory, or in a directory that every guest has. */
const guestDirectories = ["/dev/shm/winvm-job", "/tmp/winvm-job"] as const;

/** Windows' limit on a command line (CreateProcessW), with room for the shell before it. */
const longest = 30_000;

/**
 * The command that makes a guest's shell run a job: the runner's text with the job's files in front of it, so that the
 * guest has to read nothing over its shares before it can begin. A job that is too long for that is read from the
 * exchange directory. Pure.
 */
export function jobCommand(
  runner: string,
  files: Readonly<Record<string, Uint8Array>>,
  nonce: string,
): string {
  const spoken = [
    ownPlaces,
    `[ -d "$WINVM_JOB" ] || mkdir -m 700 -- "$WINVM_JOB"`,
    ...filesText(files, "$WINVM_JOB"),
    `set -- ${nonce}`,
    withoutComments(runner),
  ].join("\n");
  if (spoken.length <= longest) return spoken;
  return `exec bash /tmp/xchg/job/${jobFileNames.runner} ${nonce}`;
}

/**
 * The command that makes a guest's shell stand by for a job, through a freeze: it says `ready` and reads what
 * {@link standingSpeech} is. Pure.
 */
export function standingCommand(runner: string): string {
  return [ownPlaces, "set -- --stand-by", withoutComments(runner)].join("\n");
}

/**
 * What a runner that stands by is told of its job, ahead of {@link sharesReady}: assignments, so that the guest writes
 * and reads no file for it; only a script becomes one. Pure.
 */
export function standingSpeech(
  files: Readonly<Record<string, Uint8Array>>,
  nonce: string,
): Uint8Array {
  const { argv, env, cwd, shell, shares, script } = jobFileNames;
  const list = (variable: string, name: string, end: string): string[] => {
    const items = splitBytes(files[name], end);
    return items.length === 0 ? [] : [`${variable}=(${items.map(shellWord).join(" ")})`];
  };
  const first = (variable: string, name: string, end: string): string[] => {
    const [item] = splitBytes(files[name], end);
    return item === undefined ? [] : [`${variable}=${shellWord(item)}`];
  };
  const told = [
    ...list("winvm_arguments", argv, "\0"),
    ...list("winvm_variables", env, "\0"),
    ...first("winvm_cwd", cwd, "\0"),
    ...first("winvm_shell", shell, "\n"),
    ...list("winvm_shares", shares, "\n"),
    "winvm_told=yes",
    ...(files[script] === undefined
      ? []
      : [`; printf ${oneLine(printfFormat(files[script]))} >"$winvm_job/${script}"`]),
  ].join(" ");
  const text =
    told.length <= longestSpeech ? told : "winvm_await_shares; winvm_job=$winvm_root/job";
  return Buffer.from(`${nonce} ${text}\n`, "latin1");
}

/** A printf format says a line's end in another way, too. */
function oneLine(format: string): string {
  return format.replaceAll("\n", "\\012");
}

/** Items that each end with a character. */
function splitBytes(bytes: Uint8Array | undefined, end: string): Buffer[] {
  const text = Buffer.from(bytes ?? []).toString("latin1");
  const items = text.split(end).slice(0, -1);
  return items.map((item) => Buffer.from(item, "latin1"));
}

/** Bytes without NUL as one word for bash, in ASCII whatever they are. Pure. */
export function shellWord(bytes: Uint8Array = Buffer.alloc(0)): string {
  let word = "";
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c;
    word += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return `$'${word}'`;
}

/** What a runner that stands by is told when it may touch the shares. */
export const sharesReady = "go\n";

/** What is longer is read from the exchange directory: a shell reads a line from a pipe byte by byte. */
const longestSpeech = 8 * 1024;

const ownPlaces = `WINVM_JOB=${guestDirectories[0]}
[ -w "\${WINVM_JOB%/*}" ] || WINVM_JOB=${guestDirectories[1]}
WINVM_LOG=$WINVM_JOB.log`;

function filesText(files: Readonly<Record<string, Uint8Array>>, place: string): string[] {
  return Object.entries(files).map(
    ([name, bytes]) => `printf ${printfFormat(bytes)} >"${place}/${name}"`,
  );
}

function withoutComments(runner: string): string {
  return runner.replaceAll(/^\s*#.*\n/gm, "");
}

/** Bytes as a quoted format of the shell's printf, in ASCII whatever they are. Pure. */
export function printfFormat(bytes: Uint8Array): string {
  let format = "";
  for (const byte of bytes) {
    const plain =
      (byte >= 0x20 && byte < 0x7f && !`%\\'`.includes(String.fromCharCode(byte))) || byte === 0x0a;
    if (plain) format += String.fromCharCode(byte);
    else if (byte === 0x25) format += "%%";
    else format += `\\${byte.toString(8).padStart(3, "0")}`;
  }
  // A format that begins with a dash would be an option.
  return format.startsWith("-") ? `-- '${format}'` : `'${format}'`;
}
