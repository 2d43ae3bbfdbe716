import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { follow, jsonLines, played, start, winvmCommand } from "../fixtures/winvm.ts";

describe("map", { tags: ["host"] }, () => {
  test("the exit status counts the items that failed", async () => {
    const { status, stderr } = await played(["map", "--", "exit", ":::", "0", "3", "0", "4"]);
    expect(status).toBe(2);
    expect(stderr).toContain("item 2 (3): exit code 3\n");
    expect(stderr).toMatch(
      /2 ok, 2 failed, 0 machine failures, 0 retried, 6\.0s, 40\.0 clones a minute\n$/,
    );
    const many = Array.from({ length: 120 }, () => "1");
    expect((await played(["map", "--quiet", "--", "exit", ":::", ...many])).status).toBe(101);
  });

  test("with --fail-fast it is that of the first that failed", async () => {
    const { status, stderr } = await played([
      "map",
      "--fail-fast",
      "--",
      "exit",
      ":::",
      "0",
      "7",
      "0",
    ]);
    expect(status).toBe(7);
    expect(stderr).toContain("1 not started");
  });

  test("outputs arrive apart, with tags", async () => {
    const { stdout, stderr, status } = await played([
      "map",
      "-k",
      "--tag",
      "-q",
      "--",
      "both",
      ":::",
      "a",
      "b",
    ]);
    expect(stdout.toString()).toBe("a\tto stdout\nb\tto stdout\n");
    expect(stderr).toBe("a\tto stderr\nb\tto stderr\n");
    expect(status).toBe(0);
  });

  test("items from a file, their log and their report", async () => {
    const directory = temporaryDirectory();
    const [list, log, report] = ["list", "log", "report.xml"].map((name) => join(directory, name));
    writeFileSync(list ?? "", "0\n5\n");
    const files = ["-a", list ?? "", "--joblog", log ?? "", "--junit", report ?? ""];
    const { status } = await played(["map", ...files, "--", "exit"]);
    expect(status).toBe(1);
    expect(readFileSync(log ?? "", "utf8").split("\n")).toEqual([
      "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand",
      "1\t:\t1700000000.123\t1.500\t0\t0\t0\t0\texit 0",
      "2\t:\t1700000000.123\t1.500\t0\t0\t5\t0\texit 5",
      "",
    ]);
    const xml = readFileSync(report ?? "", "utf8");
    expect(xml).toContain(
      '<testsuites name="winvm map" tests="2" failures="1" errors="0" skipped="0" time="3.000">',
    );
    expect(xml).toContain('<failure message="exit code 5" type="exited"/>');
  });

  test("items from standard input; without any nothing is done", async () => {
    const list = join(temporaryDirectory(), "list");
    writeFileSync(list, "a b\0c\n\0");
    const printed = await played([
      "map",
      "-0",
      "-q",
      "-a",
      list,
      "--dry-run",
      "--",
      "cc",
      "{}",
      "{#}",
    ]);
    expect(printed.stdout.toString()).toBe("cc 'a b' 1\ncc 'c\n' 2\n");
    const none = await played(["map", "--", "exit"]);
    expect(none.status).toBe(0);
    expect(none.stdout.toString()).toBe("");
  });

  test("several lists give all combinations", async () => {
    const list = join(temporaryDirectory(), "list");
    writeFileSync(list, "x\ny\n");
    const lists = [":::", "a", "b", "::::", list];
    const dry = await played(["map", "--dry-run", "--", "cc", "{2}={1}", ...lists]);
    expect(dry.stdout.toString()).toBe("cc x=a\ncc y=a\ncc x=b\ncc y=b\n");
    const json = await played(["map", "--json", "--", "both", ...lists]);
    const ends = jsonLines(json.stdout).filter(({ type }) => type === "item:end");
    expect(ends.map(({ item, values }) => ({ item, values }))).toEqual(
      ["a x", "a y", "b x", "b y"].map((item) => ({ item, values: item.split(" ") })),
    );
  });

  test("--json: events with the item's number, the summary last", async () => {
    const { status, stdout } = await played([
      "map",
      "--json",
      "--retries",
      "1",
      "--",
      "{}",
      ":::",
      "both",
      "crash",
    ]);
    const events = stdout
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.filter(({ type }) => type === "output")).toEqual([
      { type: "output", stream: "stdout", encoding: "utf8", data: "to stdout\n", sequence: 1 },
      { type: "output", stream: "stderr", encoding: "utf8", data: "to stderr\n", sequence: 1 },
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "item:end", sequence: 1, item: "both" }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: "item:retry", sequence: 2, attempt: 1 }),
    );
    expect(events.at(-1)).toMatchObject({
      type: "outcome",
      kind: "mapped",
      ok: 1,
      machineFailed: 1,
      retried: 1,
    });
    expect(status).toBe(1);
  });

  test.each([
    ["--joblog", "/no/such/directory/log", "ENOENT"],
    ["--joblog", "/", "it is a directory"],
    ["--joblog", "/dev/full", "ENOSPC"],
    ["--junit", "/no/such/directory/report", "ENOENT"],
  ])(
    "--json ends with its outcome, and no item is started, with %s %s",
    async (option, file, why) => {
      const words = ["map", "--json", option, file, "--", "exit", ":::", "0", "1"];
      const { status, stdout, stderr } = await played(words);
      expect(status).toBe(125);
      expect(jsonLines(stdout)).toEqual([
        expect.objectContaining({
          type: "outcome",
          kind: "refused",
          error: expect.objectContaining({ code: "CLI_OUTPUT_FAILED" }),
        }),
      ]);
      expect(stderr).toContain(file);
      expect(stderr).toContain(why);
    },
  );

  test("a report that can't be written at the end is told with what the list came to", async () => {
    // What replaces it replaces the link alone.
    const full = join(temporaryDirectory(), "full");
    symlinkSync("/dev/full", full);
    const words = ["map", "--json", "--junit", full, "--", "exit", ":::", "0", "1"];
    const { status, stdout } = await played(words);
    expect(status).toBe(125);
    expect(jsonLines(stdout).at(-1)).toMatchObject({
      type: "outcome",
      kind: "refused",
      ok: 1,
      failed: 1,
      error: { code: "CLI_OUTPUT_FAILED", asked: `write the report ${full}` },
    });
    expect(lstatSync(full).isSymbolicLink()).toBe(true);
  });

  test("without --json it is told behind what the list came to", async () => {
    const full = join(temporaryDirectory(), "full");
    symlinkSync("/dev/full", full);
    const { status, stderr } = await played([
      "map",
      "--junit",
      full,
      "--",
      "exit",
      ":::",
      "0",
      "1",
    ]);
    expect(status).toBe(125);
    expect(stderr).toMatch(/1 ok, 1 failed[^]*CLI_OUTPUT_FAILED/);
  });

  test("a report goes where a link leads, which stays, and into what is open", async () => {
    const directory = temporaryDirectory();
    const [link, target, out] = ["link", "target", "out"].map((name) => join(directory, name));
    writeFileSync(target ?? "", "old");
    symlinkSync("target", link ?? "");
    const words = ["--", "args", ":::", "a"];
    expect((await played(["map", "--junit", link ?? "", ...words])).status).toBe(0);
    expect(lstatSync(link ?? "").isSymbolicLink()).toBe(true);
    expect(readFileSync(target ?? "", "utf8")).toContain("<testsuites");
    for (const open of ["/dev/stdout", "/proc/self/fd/1"]) {
      const file = openSync(out ?? "", "w");
      const { status } = await played(["map", "--junit", open, ...words], { stdout: file });
      expect(status).toBe(0);
      // By the descriptor, not by its name.
      expect(fstatSync(file).nlink).toBe(1);
      closeSync(file);
      expect(readFileSync(out ?? "", "utf8")).toMatch(/^\["a"\]<\?xml [^]*<testsuites/);
    }
    expect(readdirSync(directory).toSorted()).toEqual(["link", "out", "target"]);
  });

  test.each(["/dev/stdout", "/dev/stderr", "/dev/fd/3"])(
    "what is written to the same descriptor after the report stands behind it: %s",
    async (place) => {
      const out = join(temporaryDirectory(), "out");
      const words = winvmCommand("played", [
        "map",
        "--json",
        "--junit",
        place,
        "--",
        "args",
        ":::",
        "a",
      ]);
      // All three are one open file, with one position.
      const script = 'exec >"$0" 2>&1 3>&1; "$@"; echo later';
      const { status } = await follow(["sh", "-c", script, out, ...words]).finished;
      expect(status).toBe(0);
      const lines = readFileSync(out, "utf8").trimEnd().split("\n");
      const begin = lines.findIndex((line) => line.startsWith("<?xml "));
      const end = lines.findIndex((line) => line.endsWith("</testsuites>"));
      expect(begin).toBeGreaterThan(0);
      expect(lines.slice(0, begin).map((line) => JSON.parse(line).type)).toContain("item:end");
      expect(JSON.parse(lines[end + 1] ?? "")).toMatchObject({ kind: "mapped", ok: 1 });
      expect(lines.at(-1)).toBe("later");
    },
  );

  test("a job log leaves what is already in the open file that it goes to", async () => {
    const out = join(temporaryDirectory(), "out");
    const words = winvmCommand("played", ["map", "-q", "--joblog", "/dev/fd/3"]);
    const script = 'exec >"$0" 3>&1; echo before; "$@"; echo later';
    const command = ["sh", "-c", script, out, ...words, "--", "args", ":::", "a"];
    expect((await follow(command).finished).status).toBe(0);
    expect(readFileSync(out, "utf8")).toMatch(/^before\nSeq\t.*\n\["a"\]1\t.*\nlater\n$/);
  });

  test("a report goes to a standard output that has no name, and not where one only reads", async () => {
    const words = ["--", "args", ":::", "a"];
    const told = await played(["map", "-q", "--junit", "/dev/stdout", ...words]);
    expect(told.status).toBe(0);
    expect(told.stdout.toString()).toMatch(/^\["a"\]<\?xml [^]*<\/testsuites>\n$/);
    for (const option of ["--junit", "--joblog"]) {
      const refused = await played(["map", option, "/dev/stdin", ...words]);
      expect(refused.status).toBe(125);
      expect(refused.stderr).toContain("it is not open for writing");
    }
  });

  test("Ctrl-C ends a dry run whose list is silent, and counts what was told", async () => {
    const words = ["map", "--dry-run", "--json", "--", "args"];
    const running = start("played", words, { stdin: "pipe" });
    running.child.stdin?.write("a\nb\n");
    await running.saw('"sequence":2');
    running.child.kill("SIGINT");
    const { status, stdout } = await running.finished;
    expect(status).toBe(130);
    expect(jsonLines(stdout).at(-1)).toEqual({ type: "outcome", kind: "cancelled", items: 2 });
  });

  test("--dry-run --json ends with its outcome, whatever comes", async () => {
    const dry = ["map", "--dry-run", "--json", "--", "exit"];
    expect(jsonLines((await played([...dry, ":::", "0", "1"])).stdout)).toMatchObject([
      { type: "item:dry", sequence: 1 },
      { type: "item:dry", sequence: 2 },
      { type: "outcome", kind: "dry", items: 2 },
    ]);
    const { status, stdout } = await played([...dry, ":::", "0", "::::", "/no/such/list"]);
    expect(status).toBe(125);
    expect(jsonLines(stdout)).toMatchObject([
      { type: "outcome", kind: "refused", error: { code: "CLI_LIST_UNREADABLE" } },
    ]);
  });

  test("of several lists an empty one leaves nothing to do, which is told", async () => {
    for (const more of [[], ["--dry-run"]]) {
      const words = ["map", ...more, "--", "exit", ":::", "1", "::::", "/dev/null"];
      const { status, stdout, stderr } = await played(words);
      expect(status).toBe(0);
      expect(stdout.toString()).toBe("");
      expect(stderr).toContain("one of the lists is empty");
    }
  });

  test("Ctrl-C ends it with 130, and tells what was done", async () => {
    const running = start("played", ["map", "-u", "-v", "--", "hang", ":::", "a", "b"]);
    await running.saw("revived");
    running.child.kill("SIGINT");
    const { status, stderr } = await running.finished;
    expect(status).toBe(130);
    expect(stderr).toContain("1 ended, 1 not started");
  });

  test("what is wrong is told, nothing is begun", async () => {
    const usage = await played(["map", "--jobs", "0", "--json", "--", "exit", ":::", "1"]);
    expect(usage.status).toBe(125);
    expect(usage.stderr).toContain("--jobs: expected a whole number, 1 or more");
    expect(JSON.parse(usage.stdout.toString())).toMatchObject({ type: "outcome", kind: "refused" });
    const missing = await played(["map", "-a", "/no/such/list", "--", "exit"]);
    expect(missing.status).toBe(125);
    expect(missing.stderr).toContain("CLI_LIST_UNREADABLE");
    const second = await played([
      "map",
      "--json",
      "--",
      "exit",
      ":::",
      "0",
      "::::",
      "/no/such/list",
    ]);
    expect(second.status).toBe(125);
    expect(second.stderr).toContain("CLI_LIST_UNREADABLE");
    expect(jsonLines(second.stdout)).toMatchObject([{ type: "outcome", kind: "refused" }]);
  });
});
