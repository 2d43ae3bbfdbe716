import { ControllerError } from "../errors.ts";

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word for a POSIX shell, quoted where it must be. */
export function quoteWord(word: string): string {
  if (word.includes("\0")) {
    throw new ControllerError({
      code: "CONTROLLER_INVALID",
      asked: "quote a word for the shell",
      happened: "it holds a NUL byte, which no argument can",
      data: { word },
    });
  }
  return SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line that gives a POSIX shell exactly these arguments. The only place where this package quotes. */
export function quoteArgv(argv: readonly string[]): string {
  if (argv.length === 0) {
    throw new ControllerError({
      code: "CONTROLLER_INVALID",
      asked: "quote a command for the shell",
      happened: "there is no program in it",
    });
  }
  // A first word with = in it would be an assignment: quoted, it is a program's name.
  const [program = "", ...rest] = argv;
  const head = program.includes("=") ? `'${program.replaceAll("'", `'\\''`)}'` : quoteWord(program);
  return [head, ...rest.map(quoteWord)].join(" ");
}
