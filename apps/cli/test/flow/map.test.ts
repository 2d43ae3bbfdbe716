import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeAll, describe, expect, test } from "vitest";
import { descendants, finish, machinesBelow, runs, startWinvm, until, winvm } from "./winvm.ts";

const minutes = 60_000;

describe("winvm map", { tags: ["vm"], timeout: 5 * minutes }, () => {
  beforeAll(async () => {
    expect((await winvm(["suspend", "reference"])).code).toBe(0);
  }, 30 * minutes);

  test("each item has a clone of its own; outputs in order, files apart, reports in one", async () => {
    const directory = temporaryDirectory();
    const [out, report] = [join(directory, "out"), join(directory, "report.xml")];
    const script = join(directory, "job.sh");
    writeFileSync(
      script,
      'ls /tmp/mine 2>/dev/null; touch /tmp/mine; echo "$1 $PARALLEL_SEQ"; echo text >"$WINVM_OUT/file"\n' +
        '[ "$1" = b ] || echo "<testsuite name=\\"s\\"><testcase name=\\"t\\"/></testsuite>" >"$WINVM_OUT/r.xml"\n' +
        '[ "$1" != b ] || exit 3\n',
    );
    const files = ["--out", out, "--junit", report, "--script", script];
    const { code, stdout, stderr } = await winvm([
      "map",
      "-j",
      "3",
      "-k",
      "--tag",
      ...files,
      ":::",
      "a",
      "b",
      "c",
    ]);
    expect(stdout.toString()).toBe("a\ta 1\nb\tb 2\nc\tc 3\n");
    expect(stderr).toContain("item 2 (b): exit code 3");
    expect(code).toBe(1);
    expect(readdirSync(out).toSorted()).toEqual(["1", "2", "3"]);
    expect(readdirSync(join(out, "1")).toSorted()).toEqual(["file", "r.xml"]);
    const xml = readFileSync(report, "utf8");
    expect(xml).toContain('tests="3" failures="1" errors="0" skipped="0"');
    expect(xml).toContain('<testsuite name="c: r.xml" tests="1"');
  });

  test("a machine that is killed is run again, the others go on; another winvm works beside it", async () => {
    const list = startWinvm([
      "map",
      "--json",
      "-j",
      "2",
      "--",
      "sh",
      "-c",
      "sleep 4; echo $1",
      "x",
      "{}",
      ":::",
      "a",
      "b",
    ]);
    const finished = finish(list);
    await until(list, "two guests", (pid) => machinesBelow(pid, "reference").length >= 2);
    const other = winvm(["run", "--quiet", "--", "echo", "beside"]);
    const [victim] = machinesBelow(list.pid ?? 0, "reference");
    process.kill(victim ?? 0, "SIGKILL");
    const result = await finished;
    expect(result.outcome()).toMatchObject({
      kind: "mapped",
      ok: 2,
      failed: 0,
      machineFailed: 0,
      retried: 1,
    });
    expect(result.code).toBe(0);
    const retries = result.events().filter(({ type }) => type === "item:retry");
    expect(retries).toEqual([expect.objectContaining({ why: "memory", attempt: 1 })]);
    const ends = result.events().filter(({ type }) => type === "item:end");
    expect(new Set(ends.map(({ attempt }) => attempt))).toEqual(new Set([1, 2]));
    expect((await other).stdout.toString()).toBe("beside\n");
  });

  test("--fail-fast ends those that run, and nothing of them is left", async () => {
    const script = "[ $1 = bad ] && exit 9; sleep 600";
    const list = startWinvm([
      "map",
      "-j",
      "2",
      "--fail-fast",
      "--",
      "sh",
      "-c",
      script,
      "x",
      "{}",
      ":::",
      "long",
      "bad",
      "never",
    ]);
    const finished = finish(list);
    await until(list, "two guests", (pid) => machinesBelow(pid, "reference").length >= 2);
    const machines = descendants(list.pid ?? 0);
    const { code, stderr } = await finished;
    expect(code, stderr).toBe(9);
    expect(stderr).toContain("0 ok, 1 failed, 0 machine failures, 1 ended");
    expect(machines.filter(runs)).toEqual([]);
  });
});
