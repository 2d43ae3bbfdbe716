import type { Command, Step } from "./step.ts";

/** The steps as lines of `setup.cmd`, to stand between the head and the subroutines of the asset. */
export function stepLines(steps: readonly Step[]): string[] {
  return steps.flatMap(({ name, minutes, commands }) => [
    "",
    `call :begin ${name} ${minutes}`,
    ...commands.flatMap(commandLines),
    "call :done",
  ]);
}

// Not every cmd hands the code of `call` to `||`, and `if errorlevel 1` misses the negative codes of a crash. A
// variable is safe.
function commandLines({ kind, line, accept = [] }: Command): string[] {
  if (kind === "raw") return [line];
  if (kind === "may") return [`call :try ${line}`];
  return [
    `call :run ${line}`,
    ...accept.map((code) => `if "%CODE%"=="${code}" set "FAILED="`),
    "if defined FAILED goto failed",
  ];
}

/** Commands of the pass specialize: the first that fails ends the installation, with code 3. */
export function specializeLines(commands: readonly Command[]): string[] {
  return commands.flatMap(({ kind, line }) =>
    kind === "must" ? [line, 'if not "%errorlevel%"=="0" exit /b 3'] : [line],
  );
}

/** Puts lines in the place of the asset's line `rem @NAME@`. */
export function fillIn(asset: string, name: string, lines: readonly string[]): string {
  const [head, tail, ...more] = asset.split(`rem @${name}@\n`);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new Error(`the asset has not exactly one line rem @${name}@`);
  return `${head}${lines.map((line) => `${line}\n`).join("")}${tail}`;
}
