import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { isProcessAlive, poll, processIdentity } from "../src/index.ts";

const fixture = (name: string): string[] => [
  "--conditions=@winvm/source",
  join(import.meta.dirname, "fixtures", name),
];

describe("the death signal", { tags: ["host"] }, () => {
  test.each(["owner.mjs", "program-owner.mjs"])(
    "nothing outlives an owner that is killed: %s",
    async (name) => {
      const owner = spawn(process.execPath, fixture(name), {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [line] = await once(owner.stdout, "data");
      const identity = await processIdentity(Number(String(line)));
      expect(identity).toBeDefined();
      owner.kill("SIGKILL");
      await poll(
        "end of the child",
        async () => ((await isProcessAlive(identity!)) ? undefined : true),
        { intervalMs: 10, timeoutMs: 5000 },
      );
    },
  );

  // As BusyBox' does.
  const refusing = `#!/bin/sh
case "$1" in --pdeathsig) echo "setpriv: unrecognized option: pdeathsig" >&2; exit 1;; esac
exec /usr/bin/setpriv "$@"
`;

  test.each([
    ["a script", (path: string) => writeFileSync(path, refusing, { mode: 0o755 })],
    ["a program", (path: string) => copyFileSync("/bin/true", path)],
  ])("a setpriv that does not know it is done without, and told: %s", (_what, make) => {
    const directory = temporaryDirectory();
    const setpriv = join(directory, "setpriv");
    make(setpriv);
    expect(start(`${directory}:${process.env["PATH"]}`)).toEqual({
      code: 7,
      stdout: "hello\n",
      setpriv,
      works: false,
    });
  });

  test("a script that stands in for one that knows it is used", () => {
    const directory = temporaryDirectory();
    const setpriv = join(directory, "setpriv");
    writeFileSync(setpriv, '#!/bin/sh\nexec /usr/bin/setpriv "$@"\n', { mode: 0o755 });
    const path = `${directory}:${process.env["PATH"]}`;
    expect(start(path)).toMatchObject({ code: 7, setpriv, works: true });
  });

  test("one that knows it is used", () => {
    expect(start(process.env["PATH"] ?? "")).toMatchObject({
      code: 7,
      stdout: "hello\n",
      works: true,
    });
  });
});

function start(path: string): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, fixture("starter.mjs"), {
    env: { ...process.env, PATH: path },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}
