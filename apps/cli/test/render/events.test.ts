import type { PipelineEvent } from "@winvm/pipeline";
import { describe, expect, test } from "vitest";
import { eventLines } from "../../src/render/lines.ts";
import type { StageTitles, Verbosity } from "../../src/render/lines.ts";
import { plain } from "../../src/render/paint.ts";
import { idle, nextStatus, statusLine } from "../../src/render/status-line.ts";

const firstRun: readonly PipelineEvent[] = [
  { type: "stage:end", stage: "controller", elapsedMs: 2, cached: true },
  { type: "lock:wait", what: "images/4f", holder: { pid: 77, startTime: "1" } },
  { type: "stage:start", stage: "install", title: "install the reference guest" },
  {
    type: "stage:step",
    stage: "install",
    step: "download packages",
    detail: "12 MB",
    fraction: 0.456,
  },
  {
    type: "log",
    stage: "install",
    source: "guest",
    line: "\u001b[1mSetup\u001b[0m copies files\r",
  },
  { type: "warning", code: "PIPELINE_SLOW", message: "no KVM", hint: "load the module kvm" },
  { type: "stage:end", stage: "install", elapsedMs: 83_000, cached: false },
  { type: "stage:start", stage: "run", title: "revive the reference guest" },
  { type: "job:start", runId: "r1", reviveMs: 512 },
  { type: "output", stream: "stdout", encoding: "utf8", data: "x" },
  { type: "stage:end", stage: "run", elapsedMs: 900, cached: false },
  { type: "outcome", kind: "exited", exitCode: 0 },
];

function lines(verbosity: Verbosity, live: boolean): string {
  const titles: StageTitles = new Map();
  return firstRun
    .flatMap((event) => eventLines(event, titles, { verbosity, live, paint: plain }))
    .map((line) => `${line}\n`)
    .join("");
}

describe("lines that stay", () => {
  test("not on a terminal: stages that are not cached", () => {
    expect(lines("normal", false)).toMatchInlineSnapshot(`
      "winvm: wait for images/4f, which process 77 is making …
      winvm: install the reference guest …
      winvm: warning: no KVM (PIPELINE_SLOW)
      hint: load the module kvm
      winvm: install the reference guest: done in 1m 23s
      "
    `);
  });

  test("on a terminal: what has ended", () => {
    expect(lines("normal", true)).toMatchInlineSnapshot(`
      "winvm: wait for images/4f, which process 77 is making …
      winvm: warning: no KVM (PIPELINE_SLOW)
      hint: load the module kvm
      winvm: install the reference guest: done in 1m 23s
      "
    `);
  });

  test("verbose: steps, consoles and cached stages too", () => {
    expect(lines("verbose", false)).toMatchInlineSnapshot(`
      "winvm: controller: cached
      winvm: wait for images/4f, which process 77 is making …
      winvm: install the reference guest …
      winvm:   download packages (12 MB) 45%
      guest | Setup copies files
      winvm: warning: no KVM (PIPELINE_SLOW)
      hint: load the module kvm
      winvm: install the reference guest: done in 1m 23s
      winvm: revive the reference guest …
      winvm: revived in 0.5s, run r1
      winvm: revive the reference guest: done in 0.9s
      "
    `);
  });

  test("quiet: nothing", () => {
    expect(lines("quiet", false)).toBe("");
  });
});

describe("the status line", () => {
  test("tells the stage, its step and its time, until the command runs", () => {
    let status = idle;
    const shown = firstRun.map((event, index) => {
      status = nextStatus(status, event, index * 1000);
      return statusLine(status, index * 1000 + 500, 80) ?? "-";
    });
    expect(shown.join("\n")).toMatchInlineSnapshot(`
      "-
      ⠴ wait for images/4f, which process 77 is making
      ⠴ install the reference guest · 0.5s
      ⠴ install the reference guest · download packages (12 MB) 45% · 1.5s
      ⠴ install the reference guest · download packages (12 MB) 45% · 2.5s
      ⠴ install the reference guest · download packages (12 MB) 45% · 3.5s
      -
      ⠴ revive the reference guest · 0.5s
      -
      -
      -
      -"
    `);
  });

  test("of two stages the inner one is shown, then the outer one again", () => {
    const outer = nextStatus(idle, { type: "stage:start", stage: "install", title: "outer" }, 0);
    const both = nextStatus(outer, { type: "stage:start", stage: "media", title: "inner" }, 1000);
    const after = nextStatus(
      both,
      { type: "stage:end", stage: "media", elapsedMs: 1, cached: false },
      2000,
    );
    expect(statusLine(both, 2000, 80)).toBe("⠋ inner · 1.0s");
    expect(statusLine(after, 2000, 80)).toBe("⠋ outer · 2.0s");
  });

  test("never reaches the last column", () => {
    const status = nextStatus(
      idle,
      { type: "stage:start", stage: "install", title: "x".repeat(100) },
      0,
    );
    for (let columns = 0; columns < 130; columns++) {
      expect(statusLine(status, 60_000, columns)?.length).toBeLessThanOrEqual(
        Math.max(columns - 1, 0),
      );
    }
  });
});
