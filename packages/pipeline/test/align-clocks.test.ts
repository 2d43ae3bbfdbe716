import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Controller, ExecOptions, GuestOptions } from "@winvm/controller";
import { describe, expect, test } from "vitest";
import { alignClocks } from "../src/stages/freeze/align-clocks.ts";

/** A shell of this host as the one in a machine; it may not set the host's clock. */
async function shell(
  text: string,
  { stdin, stdout, signal }: ExecOptions | GuestOptions,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn("bash", ["-c", text], { stdio: ["pipe", "pipe", "inherit"], signal });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  if (typeof stdin === "object") stdin.pipe(child.stdin);
  child.stdout.on("data", (chunk: Buffer) => stdout?.write(chunk));
  const [code] = (await once(child, "close")) as [number | null];
  signal?.throwIfAborted();
  return { code, stdout: "", stderr: "" };
}

/** A pair of two shells of this host, told what comes before the guest's loop, and in place of it. */
function pair({ before = "", instead }: { before?: string; instead?: string }): {
  readonly controller: Controller;
  readonly settings: string[];
} {
  const settings: string[] = [];
  const controller = {
    guest: (command: string, options: GuestOptions) =>
      shell(instead ?? `${before}${command}`, options),
    async exec([, , script = ""]: readonly string[], options: ExecOptions) {
      expect(script).toContain("date -u -s");
      if (typeof options.stdin === "object") {
        options.stdin.on("data", (line: Buffer) => {
          if (line.length > 1) settings.push(line.toString());
        });
      }
      return shell(`date() { :; }; ${script}`, options);
    },
  } satisfies Pick<Controller, "guest" | "exec">;
  return { controller: controller as unknown as Controller, settings };
}

/** For tests whose answers come. */
const { signal } = new AbortController();

describe("the clocks of a pair", { tags: ["host"] }, () => {
  test.each([
    ["knows the microsecond", ""],
    ["is an older one, and asks date", "unset EPOCHREALTIME; "],
  ])(
    "are read where the guest's shell %s; the controller is told its second",
    async (_what, before) => {
      const { controller, settings } = pair({ before });
      const clocks = await alignClocks(controller, signal);
      // All are this host's.
      for (const offset of [clocks?.guest, clocks?.controller]) {
        expect(offset?.leastMs).toBeLessThanOrEqual(1);
        expect(offset?.mostMs).toBeGreaterThanOrEqual(-1);
      }
      expect(settings).not.toEqual([]);
      for (const told of settings) {
        expect(Math.abs(Number(told) * 1000 - Date.now())).toBeLessThan(30_000);
      }
    },
  );

  test("are not told by a controller whose clock can't be set; the guest's is known all the same", async () => {
    const hourAhead = "at=$EPOCHREALTIME; echo $((${at%.*} + 3600)).${at#*.}";
    const { controller } = pair({ instead: `LC_ALL=C; while read -r _; do ${hourAhead}; done` });
    const clocks = await alignClocks(controller, signal);
    expect(clocks?.guest.leastMs).toBeCloseTo(3_600_000, -3);
    expect(clocks?.controller).toBeUndefined();
  });

  test.each([
    ["ends", "exit 1"],
    ["says something else", "while read -r _; do echo bash: date: command not found; done"],
  ])("are not known where the guest's shell %s", async (_what, instead) => {
    const { controller, settings } = pair({ instead });
    await expect(alignClocks(controller, signal)).rejects.toThrow("that is no time");
    expect(settings).toEqual([]);
  });

  test("are not known of a guest whose clock leaps between two answers", async () => {
    const { controller } = pair({
      instead: "n=0; while read -r _; do n=$((n+100)); echo $((EPOCHSECONDS+n)).000; done",
    });
    expect(await alignClocks(controller, signal)).toBeUndefined();
  });

  test("are waited for no longer than the signal says", async () => {
    const { controller } = pair({ instead: "exec sleep 60" });
    await expect(alignClocks(controller, AbortSignal.timeout(300))).rejects.toThrow(
      "that is no time",
    );
  });
});
