import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MapJob, MapReport, MapRequest } from "@winvm/pipeline";
import { temporaryDirectory } from "@winvm/test-kit";
import { afterEach, expect, test, vi } from "vitest";
import { runCli } from "../../src/cli.ts";
import type { Pipeline } from "../../src/pipeline.ts";

const report: MapReport = {
  items: 0,
  ok: 0,
  failed: 0,
  machineFailed: 0,
  cancelled: 0,
  skipped: 0,
  retried: 0,
  jobs: 1,
  elapsedMs: 0,
};

const start = { sequence: 1, attempt: 1, slot: 1 };
const end = { ...start, runId: "r1", startedAtMs: 0, elapsedMs: 0 };
const exited = { kind: "exited", exitCode: 0 } as const;
const failure = { name: "Error", code: "PLAYED", message: "", asked: "revive", happened: "no" };

/** A command line over a pipeline that does nothing else. */
function map(mapRuns: Pipeline["mapRuns"], ...argv: readonly string[]): Promise<number> {
  const pipeline: Partial<Pipeline> = { mapRuns, exitStatus: () => 0 };
  const load = async (): Promise<Pipeline> => pipeline as Pipeline;
  return runCli(["map", "-q", ...argv], { loadPipeline: load });
}

function put(job: MapJob, text: string | Buffer): Promise<void> {
  return new Promise((resolve) => void job.stdout?.write(text, () => resolve()));
}

/** What would be written to one of our outputs; nothing is. */
function listen(stream: "stdout" | "stderr") {
  return vi.spyOn(process[stream], "write").mockImplementation((...call: unknown[]) => {
    const done = call.at(-1);
    if (typeof done === "function") done();
    return true;
  });
}

afterEach(() => void vi.restoreAllMocks());

test("what says which state, and what a clone has of its own, reaches the pipeline", async () => {
  const requests: MapRequest[] = [];
  const jobs: MapJob[] = [];
  const options = ["--from", "warm", "--memory", "8G", "--cpus", "2"];
  const own = ["--clock", "host", "--identity", "fresh"];
  await map(
    async (request) => {
      requests.push(request);
      for await (const item of request.items) jobs.push(await item(start));
      return report;
    },
    ...options,
    ...own,
    "--",
    "x",
    ":::",
    "1",
  );
  expect(requests).toMatchObject([{ from: "warm", memoryBytes: 8 * 2 ** 30, cpus: 2 }]);
  expect(jobs).toMatchObject([{ clock: "host", identity: "fresh" }]);
});

test("what an attempt prints is not lost where the one before is still being told", async () => {
  const printed = listen("stdout");
  const joblog = join(temporaryDirectory(), "log");
  await map(
    async ({ items }, options) => {
      for await (const item of items) {
        await put(await item(start), "the first");
        const outcome = { kind: "guestCrashed", error: failure } as const;
        const told = options.onMapEvent?.({ type: "item:retry", why: "machine", ...end, outcome });
        await put(await item({ ...start, attempt: 2 }), "second");
        await told;
        await options.onMapEvent?.({ type: "item:end", ...end, attempt: 2, outcome: exited });
      }
      return report;
    },
    "--joblog",
    joblog,
    "--",
    "x",
    ":::",
    "1",
  );
  expect(printed.mock.calls.map(([bytes]) => String(bytes))).toEqual(["second"]);
  expect(readFileSync(joblog, "utf8").split("\n")[1]).toBe("1\t:\t0.000\t0.000\t0\t6\t0\t0\tx 1");
});

test("with --json all that a failed attempt has printed comes before its event", async () => {
  const printed = listen("stdout");
  await map(
    async ({ items }, options) => {
      for await (const item of items) {
        const job = await item(start);
        // Half a character waits for the other half.
        await put(job, Buffer.from("é").subarray(0, 1));
        const outcome = { kind: "guestCrashed", error: failure } as const;
        await options.onMapEvent?.({ type: "item:retry", why: "machine", ...end, outcome });
      }
      return report;
    },
    "--json",
    "--",
    "x",
    ":::",
    "1",
  );
  const lines = printed.mock.calls.flatMap(([bytes]) => String(bytes).trim().split("\n"));
  const types = lines.map((line) => (JSON.parse(line) as { readonly type: string }).type);
  expect(types.slice(0, 2)).toEqual(["output", "item:retry"]);
});

test("a job log on standard output comes between what else is written there", async () => {
  const printed = listen("stdout");
  await map(
    async ({ items }, options) => {
      for await (const item of items) {
        await put(await item(start), "said\n");
        await options.onMapEvent?.({ type: "item:end", ...end, outcome: exited });
      }
      return report;
    },
    "--joblog",
    "/dev/stdout",
    "--",
    "x",
    ":::",
    "1",
  );
  const words = printed.mock.calls.map(([bytes]) => /^\S+/.exec(String(bytes))?.[0]);
  expect(words).toEqual(["Seq", "said", "1"]);
});

test("a list that is refused leaves older files as they are", async () => {
  const directory = temporaryDirectory();
  const [log, xml] = [join(directory, "log"), join(directory, "xml")];
  writeFileSync(log, "old log");
  writeFileSync(xml, "old report");
  listen("stderr");
  const files = ["--joblog", log, "--junit", xml];
  const refused = { ...report, refused: { kind: "refused", error: failure } as const };
  expect(await map(async () => refused, ...files, "--", "x", ":::", "1")).toBe(125);
  expect([readFileSync(log, "utf8"), readFileSync(xml, "utf8")]).toEqual(["old log", "old report"]);
});

test.each(["--junit", "--joblog"])("a %s that can't be written is told first", async (option) => {
  const directory = temporaryDirectory();
  const written = listen("stderr");
  const mapRuns = vi.fn<Pipeline["mapRuns"]>();
  const good = ["--joblog", join(directory, "log"), "--junit", join(directory, "xml")];
  for (const bad of [directory, join(directory, "no/such")]) {
    expect(await map(mapRuns, ...good, option, bad, "--", "x", ":::", "1")).toBe(125);
    expect(String(written.mock.calls.at(-1)?.[0])).toContain("CLI_OUTPUT_FAILED");
  }
  expect(mapRuns).not.toHaveBeenCalled();
  expect(existsSync(join(directory, "log"))).toBe(false);
});

test("a report that can't be written hides no other error", async () => {
  const directory = temporaryDirectory();
  const written = listen("stderr");
  const status = await map(
    async ({ items }, options) => {
      for await (const item of items) await item(start);
      await options.onMapEvent?.({ type: "item:end", ...end, outcome: exited });
      rmSync(directory, { recursive: true });
      throw new TypeError("the real one");
    },
    "--junit",
    join(directory, "xml"),
    "--",
    "x",
    ":::",
    "1",
  );
  expect(status).toBe(125);
  expect(String(written.mock.calls.at(-1)?.[0])).toContain("the real one");
});
