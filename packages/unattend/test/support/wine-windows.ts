import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { RuntimeError, runProgram } from "@winvm/runtime";
import { requirePrograms, startWinePrefix } from "@winvm/test-kit";
import type { TestContext } from "vitest";
import type { FileMap } from "../../src/index.ts";

/** What Windows brings along that Wine lacks, or has only as a word; `reg`, `find`, `xcopy` and `start` are Wine's own. */
const standIns = [
  "bcdedit",
  "cscript",
  "fsutil",
  "icacls",
  "msiexec",
  "net",
  "netsh",
  "ping",
  "powercfg",
  "powershell",
  "sc",
  "secedit",
  "shutdown",
] as const;

/**
 * How a call that starts so ends: with a code, not before the machine is powered off, or with words, the next of them at
 * each call and the last for good.
 */
export type Answers = Readonly<Record<string, number | "hang" | `said ${string}`>>;

/** A batch file's end, and what it left behind. */
export interface BatchRun {
  readonly code: number;
  /** Standard output and standard error. */
  readonly said: string;
  /** The stand-ins' calls in order, without the watchdog's ping. */
  readonly calls: readonly string[];
  /** A file of `C:\winvm`, its lines ended with LF; undefined when it is not there. */
  state(name: string): string | undefined;
  /** What the first serial port was told. */
  readonly com1: string;
}

/** Wine with the set-up medium as D:, Cygwin's as E:, and stand-ins for what Wine lacks. */
export interface WineWindows extends AsyncDisposable {
  /** Drive C, to lay files into. */
  readonly drive: string;
  /** Runs a batch file of the medium as at a first logon: `C:\winvm` has only what is given here. */
  run(medium: FileMap, file: string, answers?: Answers, state?: FileMap): Promise<BatchRun>;
  /** A file of drive C, its lines ended with LF; undefined when it is not there. */
  read(path: string): string | undefined;
  /** What Wine's own program says. */
  ask(...argv: readonly string[]): Promise<string>;
}

/** Starts it; skips the test, or fails it in CI, where Wine or the compiler is missing. */
export async function startWineWindows(context: TestContext): Promise<WineWindows> {
  requirePrograms(context, { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32" });
  await using undo = new AsyncDisposableStack();
  const prefix = undo.use(await startWinePrefix(context, { WINEPATH: "C:\\stand-ins" }));
  const { wine, env, root } = prefix;
  const ask = async (...argv: readonly string[]): Promise<string> =>
    (await runProgram(wine, argv, { env, timeoutMs: 200_000 })).stdout;
  const com1 = join(root, "com1");
  await ask("reg", "add", "HKLM\\Software\\Wine\\Ports", "/v", "COM1", "/d", com1, "/f");
  await prefix.end();

  const drive = join(prefix.directory, "drive_c");
  await layStandIns(root, drive);
  for (const [letter, place] of Object.entries({ "d:": "medium", "e:": "cygwin-medium" })) {
    symlinkSync(join(root, place), join(prefix.directory, "dosdevices", letter));
  }
  const owned = undo.move();
  return {
    drive,
    read: (path) => textOf(join(drive, path)),
    ask,
    run: async (medium, file, answers = {}, state = {}) => {
      const notes = join(drive, "stand-ins");
      for (const one of [
        join(root, "medium"),
        join(drive, "winvm"),
        join(notes, "off"),
        join(notes, "said"),
      ]) {
        rmSync(one, { recursive: true, force: true });
      }
      for (const [path, bytes] of Object.entries(medium)) lay(join(root, "medium", path), bytes);
      for (const [path, bytes] of Object.entries(state)) lay(join(drive, "winvm", path), bytes);
      for (const one of [join(notes, "calls"), com1]) writeFileSync(one, "");
      const lines = Object.entries(answers).map(([call, answer]) => `${call}\t${answer}\n`);
      writeFileSync(join(notes, "answers"), lines.join(""));
      const said = join(root, "said");
      const code = await exitOf(wine, ["cmd", "/c", `D:\\winvm\\${file}`], env, said);
      const calls = readFileSync(join(notes, "calls"), "utf8").split("\n");
      return {
        code,
        said: readFileSync(said, "utf8"),
        calls: calls.filter((call) => call !== ""),
        state: (name) => textOf(join(drive, "winvm", name)),
        com1: readFileSync(com1, "utf8"),
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function layStandIns(root: string, drive: string): Promise<void> {
  const standIn = join(root, "stand-in.exe");
  await runProgram("x86_64-w64-mingw32-gcc", [
    "-O1",
    "-s",
    "-o",
    standIn,
    join(import.meta.dirname, "..", "fixtures", "stand-in.c"),
  ]);
  const places = [
    ...standIns.map((name) => join(drive, "stand-ins", `${name}.exe`)),
    join(root, "cygwin-medium", "cygwin", "setup.exe"),
    ...["cygwin", "cygwin64"].map((name) => join(drive, name, "bin", "bash.exe")),
  ];
  // What `winvm cygwin iso` lays there.
  lay(join(root, "cygwin-medium", "cygwin", "x86_64", "setup.ini"), Buffer.from(index));
  for (const place of places) {
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(standIn, place);
  }
}

const index = `# Made by winvm: the packages of cygwin.lock.json.
release: cygwin

@ bash
sdesc: "@ shell"
category: winvm Base

@ libstdc++6
sdesc: "Library"
category: winvm Libs
`;

function lay(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r\n", "\n") : undefined;
}

// Into a file: Wine's own services hold a pipe open for seconds after the program's end.
async function exitOf(
  program: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  said: string,
): Promise<number> {
  const script = 'exec "$@" >"$SAID" 2>&1 </dev/null';
  const options = { env: { ...env, SAID: said }, timeoutMs: 100_000 };
  try {
    await runProgram("sh", ["-c", script, "sh", program, ...argv], options);
    return 0;
  } catch (error) {
    if (!(error instanceof RuntimeError) || typeof error.data["exitCode"] !== "number") throw error;
    return error.data["exitCode"];
  }
}
