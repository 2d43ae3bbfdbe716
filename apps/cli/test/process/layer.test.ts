import { describe, expect, test } from "vitest";
import { jsonLines, played } from "../fixtures/winvm.ts";

const layer = (...rest: readonly string[]) => played(["layer", ...rest]);

describe("layer, over a pipeline that plays", { tags: ["host"] }, () => {
  test("tells which state has the name now, on standard error: standard output is the command's", async () => {
    expect(await layer("tools", "--from", "reference", "--", "setup", "--quiet")).toEqual({
      status: 0,
      stdout: Buffer.alloc(0),
      stderr: "winvm: tools is 0123456789ab\n",
    });
    expect((await layer("-q", "tools", "--from", "reference", "--", "x")).stderr).toBe("");
    const again = await layer("again", "--from", "reference", "--in", "/", "--", "setup");
    expect(again.stderr).toBe(
      "winvm: again is 0123456789ab, which was there already\n" +
        "winvm: again was ffff456789ab before; that state stays until `winvm gc` removes it\n",
    );
  });

  test("with --json the outcome holds the record", async () => {
    const { status, stdout } = await layer(
      "--json",
      "top",
      "--from",
      "tools",
      "--",
      "a",
      "--",
      "b",
    );
    expect(status).toBe(0);
    expect(jsonLines(stdout)).toMatchObject([
      {
        type: "outcome",
        kind: "layered",
        cached: false,
        state: { name: "top", parent: "tools", command: ["a", "--", "b"] },
      },
    ]);
  });

  test("a command that fails makes none, and its status is ours", async () => {
    const failed = await layer("tools", "--from", "reference", "--", "fail");
    expect(failed).toMatchObject({
      status: 3,
      stderr: "winvm: there is no layer: the command ended with 3\n",
    });
    const json = await layer("tools", "--from", "reference", "--json", "--", "fail");
    expect(json.status).toBe(3);
    expect(jsonLines(json.stdout)).toMatchObject([{ kind: "exited", exitCode: 3 }]);
  });

  test.each([
    [["--from", "reference"], "name"],
    [["--from", "reference", "--", "x"], "COMMAND"],
    [["tools", "--", "x"], "--from"],
    [["tools", "--from", "", "--", "x"], "--from"],
    [["tools", "--from", "reference"], "COMMAND"],
    [["tools", "--from", "reference", "-g", "11", "--", "x"], "-g"],
  ])("%j is refused: %s", async (args, words) => {
    const { status, stderr } = await layer(...args);
    expect(status).toBe(125);
    expect(stderr).toContain(words);
  });

  test("run and shell take a state, but not a guest beside it", async () => {
    const { status, stderr } = await played(["run", "--from", "tools", "-g", "11", "--", "x"]);
    expect(status).toBe(125);
    expect(stderr).toContain("--from: expected no --guest beside it");
  });
});
