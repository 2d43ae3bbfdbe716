import { requirePrograms } from "@winvm/test-kit";
import type { TestContext } from "vitest";
import { describe, expect, test } from "vitest";
import { follow, winvmCommand } from "../fixtures/winvm.ts";
import type { Running } from "../fixtures/winvm.ts";

/** Starts the played winvm on a terminal of its own, 60 columns wide; our pipe is its keyboard and screen. */
function onTerminal(
  context: TestContext,
  args: readonly string[],
  env: Record<string, string> = {},
): Running {
  requirePrograms(context, { script: "bsdutils", stty: "coreutils" });
  const quoted = winvmCommand("played", args).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  // In CI colours are off by themselves, whatever the terminal (tty.getColorDepth of Node).
  const command = `unset CI; stty cols 60 rows 20; ${quoted.join(" ")}; status=$?; stty -a | grep -o ' .\\?icanon'; exit $status`;
  return follow(["script", "--quiet", "--return", "--command", command, "/dev/null"], {
    stdin: "pipe",
    env: { TERM: "xterm", SHELL: "/bin/bash", ...env },
  });
}

const erased = "\r\u001b[2K";

describe("on a terminal", { tags: ["host"] }, () => {
  test("the status line is erased before the command's output, colours mark what stays", async (context) => {
    const { status, stdout } = await onTerminal(context, ["run", "stages"]).finished;
    const screen = stdout.toString();
    expect(status).toBe(0);
    expect(screen).toContain("install the reference guest · copy files 50%");
    expect(screen).toContain("\u001b[32mdone\u001b[39m in 1m 23s");
    expect(screen).toContain(`${erased}output\r\n`);
    expect(screen).not.toContain("controller");
  });

  test("NO_COLOR leaves the colours out", async (context) => {
    const { stdout } = await onTerminal(context, ["run", "stages"], { NO_COLOR: "1" }).finished;
    expect(stdout.toString()).toContain("winvm: install the reference guest: done in 1m 23s");
  });

  test("Ctrl-C cancels", async (context) => {
    const running = onTerminal(context, ["run", "--verbose", "hang"]);
    await running.saw("revived");
    running.child.stdin?.write("\u0003");
    const { status, stdout } = await running.finished;
    expect(status).toBe(130);
    expect(stdout.toString()).toContain("once more to leave at once");
  });

  test("in a shell keys reach the guest raw, Ctrl-C too, and the line mode comes back", async (context) => {
    const running = onTerminal(context, ["shell", "keys"]);
    await running.saw("ready");
    running.child.stdin?.write("\u0003");
    const { status, stdout } = await running.finished;
    const screen = stdout.toString();
    expect(screen).toContain('{"term":"xterm","columns":60,"rows":20} raw=true ready');
    expect(screen).toContain("got 03");
    expect(screen).toMatch(/ icanon\r\n$/);
    expect(status).toBe(5);
  });

  test("two Ctrl-C leave at once, and the line mode as it was", async (context) => {
    const running = onTerminal(context, ["run", "--verbose", "stubborn"]);
    await running.saw("revived");
    running.child.stdin?.write("\u0003");
    await running.saw("the first signal came");
    running.child.stdin?.write("\u0003");
    const { status, stdout } = await running.finished;
    expect(status).toBe(130);
    expect(stdout.toString()).toMatch(/ icanon\r\n$/);
  });
});
