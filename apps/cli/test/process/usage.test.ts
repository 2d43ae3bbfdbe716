import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { jsonLines, winvm } from "../fixtures/winvm.ts";

describe("the real command line", { tags: ["host"] }, () => {
  test("--version tells the version of the package, alone or among options", async () => {
    const manifest = JSON.parse(
      await readFile(new URL("../../package.json", import.meta.url), "utf8"),
    ) as {
      version: string;
    };
    for (const args of [["--version"], ["-V"], ["--quiet", "--version"]]) {
      const { status, stdout, stderr } = await winvm(args);
      expect({ status, stdout: stdout.toString(), stderr }).toEqual({
        status: 0,
        stdout: `winvm ${manifest.version}\n`,
        stderr: "",
      });
    }
  });

  test("--help names every command in its group, with examples", async () => {
    const { status, stdout } = await winvm(["--help"]);
    expect(status).toBe(0);
    const help = stdout.toString();
    for (const group of ["Run:", "Store:", "Help:", "Examples:"])
      expect(help).toContain(`\n${group}\n`);
    for (const name of [
      "run",
      "shell",
      "layer",
      "install",
      "rehearse",
      "suspend",
      "answer",
      "media",
      "images",
      "states",
      "export",
      "import",
      "gc",
      "doctor",
    ]) {
      expect(help).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
    }
  });

  test.each([
    "run",
    "shell",
    "layer",
    "install",
    "rehearse",
    "suspend",
    "answer",
    "media",
    "images",
    "states",
    "export",
    "import",
    "gc",
    "doctor",
  ])("%s --help and help %s are the same", async (name) => {
    const [option, command] = await Promise.all([winvm([name, "--help"]), winvm(["help", name])]);
    expect(option.status).toBe(0);
    expect(option.stdout.toString()).toContain(`Usage: winvm ${name}`);
    expect(command).toEqual(option);
  });

  test("without a command it prints the help on standard error and fails", async () => {
    const { status, stdout, stderr } = await winvm([]);
    expect(status).toBe(125);
    expect(stdout.length).toBe(0);
    expect(stderr).toContain("Usage: winvm");
  });

  test.each<[readonly string[], string]>([
    [["rum"], "unknown command 'rum' (Did you mean run?)"],
    [["--bogus"], "unknown option '--bogus'"],
    [["run", "--tiemout", "5", "x"], "unknown option '--tiemout' (Did you mean --timeout?)"],
    [["run", "--env"], "argument missing"],
    [["run"], "a command to run"],
    [["run", "--"], "a command to run"],
    [["run", "--timeout", "soon", "x"], "--timeout: expected a time like"],
    [["run", "--share", "x", "x"], "--share: expected NAME=DIR"],
    [["install"], "GUEST: expected the name of a guest, or --iso FILE"],
    [["suspend"], "winvm suspend reference"],
    [["install", "a", "b"], "too many arguments"],
    [["rehearse"], "GUEST: expected the name of a guest, --iso or --all"],
    [["rehearse", "7", "--all"], "--all: expected no guest"],
    [["answer"], "missing required argument 'guest'"],
    [["media", "xp"], "required option '--out <dir>' not specified"],
    [["gc", "--older-than", "long"], "--older-than"],
    [["export", "1234"], "missing required argument 'file'"],
    [["import"], "missing required argument 'file'"],
    [["help", "rum"], "unknown command 'rum'"],
  ])("%j exits with 125, hint and code", async (args, text) => {
    const { status, stdout, stderr } = await winvm(args);
    expect(status).toBe(125);
    expect(stdout.length).toBe(0);
    expect(stderr).toContain(text);
    expect(stderr).toMatch(/^winvm: .+: /);
    expect(stderr).toMatch(/^hint: winvm .*--help/m);
    expect(stderr).toMatch(/^code: CLI_USAGE$/m);
  });

  test("with --json a usage error is an outcome too", async () => {
    const { status, stdout } = await winvm(["run", "--json", "--timeout", "soon", "x"]);
    expect(status).toBe(125);
    expect(jsonLines(stdout)).toMatchObject([
      { type: "outcome", kind: "refused", error: { code: "CLI_USAGE" } },
    ]);
  });

  test.each([
    [["pool", "start", "--json", "--size", "0"]],
    [["pool", "start", "--json", "--memory", "much"]],
    [["pool", "start", "--json", "--nonsense"]],
    [["layer", "--json", "--nonsense"]],
  ])("%j ends its stream of events with an outcome", async (args) => {
    const { status, stdout } = await winvm(args);
    expect(status).toBe(125);
    expect(jsonLines(stdout)).toMatchObject([
      { type: "outcome", kind: "refused", error: { code: "CLI_USAGE" } },
    ]);
  });

  test("a script that can't be read is refused before anything starts", async () => {
    const { status, stderr } = await winvm(["run", "--script", "/nonexistent/script.sh"]);
    expect(status).toBe(125);
    expect(stderr).toContain("code: CLI_SCRIPT_UNREADABLE");
  });

  test("shell without a terminal is refused", async () => {
    const { status, stderr } = await winvm(["shell"]);
    expect(status).toBe(125);
    expect(stderr).toContain("code: CLI_NO_TERMINAL");
  });

  test("an old Node is told so, before anything else is loaded", async () => {
    const pretend = "Object.defineProperty(process,'versions',{value:{node:'20.1.0'}})";
    const { status, stderr } = await winvm(["run", "x"], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(pretend)}` },
    });
    expect(status).toBe(125);
    expect(stderr).toContain("it needs Node 24 or newer, this is 20.1.0");
    expect(stderr).toContain("code: CLI_NODE_TOO_OLD");
  });
});
