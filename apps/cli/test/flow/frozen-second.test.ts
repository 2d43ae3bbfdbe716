import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory, testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { winvm } from "./winvm.ts";

const minutes = 60_000;
const layer = `second-${randomBytes(4).toString("hex")}`;

/** How many runs may be too slow, on a busy host, until two have stayed in their first second. */
const mostRuns = 60;

/**
 * Starts no process, which would take an emulator much of a second. Tells on standard error when it began and ended, which is
 * another time in each run.
 */
const job = [
  "began=$EPOCHREALTIME",
  "export TZ=UTC",
  'printf "%(%FT%TZ)T it begins\n" -1',
  'printf "%(%FT%TZ)T a line of a log\n" -1 >"$WINVM_OUT/log"',
  'printf "%(%FT%TZ)T another\n" -1 >>"$WINVM_OUT/log"',
  'echo {1..1000} >"$WINVM_OUT/numbers"',
  'echo "$began $EPOCHREALTIME" >&2',
].join("\n");

/** Names, contents and times of the files in a directory. */
function contents(directory: string): unknown {
  return readdirSync(directory)
    .toSorted()
    .map((name) => {
      const file = join(directory, name);
      return [name, readFileSync(file, "utf8"), statSync(file).mtimeMs];
    });
}

interface KnownState {
  readonly name?: string;
  readonly directory: string;
  readonly frozenClock?: string;
}

/** The state that a name stands for; a plain one is known by the directory that `suspend` tells. */
async function stateOf(from: string): Promise<KnownState> {
  const made = from === layer ? undefined : await winvm(["suspend", from]);
  const directory = made?.stdout.toString().trim();
  const { stdout } = await winvm(["states", "--json"]);
  const states = JSON.parse(stdout.toString()) as readonly KnownState[];
  const found = states.find((state) => state.directory === directory || state.name === from);
  if (found === undefined) throw new Error(`there is no state ${from}`);
  return found;
}

/** The manifest has it to the millisecond. */
function frozenClockOf(directory: string): number {
  const text = readFileSync(join(directory, "manifest.json"), "utf8");
  return (JSON.parse(text) as { facts: { frozenClockMs?: number } }).facts.frozenClockMs ?? NaN;
}

async function runOnce(from: string) {
  const out = temporaryDirectory();
  const { code, stdout, stderr } = await winvm([
    "run",
    "--quiet",
    "--from",
    from,
    "--out",
    out,
    "-c",
    job,
  ]);
  expect(code).toBe(0);
  const [began = 0, ended = 0] = stderr.trim().split(" ").map(Number);
  return { began, ended, left: { said: stdout.toString(), files: contents(out) } };
}

describe("the second in which a pair was frozen", { tags: ["vm"], timeout: 15 * minutes }, () => {
  beforeAll(async () => {
    expect((await winvm(["suspend", "reference"])).code).toBe(0);
    // By its own name: a state that nobody else has, and that can be removed.
    const work = ["--from", "reference", "--", "echo", layer];
    expect((await winvm(["layer", layer, ...work])).code).toBe(0);
  }, 30 * minutes);

  afterAll(async () => {
    const { directory } = await stateOf(layer);
    await rm(join(testStore(), "names", layer), { force: true });
    await rm(directory, { recursive: true, force: true });
  });

  test.for(["reference", layer])(
    "a job that ends in it leaves the same to the byte in every clone, times included (%s)",
    async (from, context) => {
      const { directory, frozenClock } = await stateOf(from);
      if (frozenClock === undefined)
        return context.skip("the state knows no second: an older version, or a host too busy");
      const second = Date.parse(frozenClock) / 1000;
      // As late as a stop may be (one that is later is taken back, five times), and the guest's clock ahead of the controller's.
      const lateMs = frozenClockOf(directory) % 1000;
      if (!(lateMs < 250))
        return context.skip(`this host is too busy: the freeze came ${lateMs} ms into a second`);
      const stayed = [];
      const told = [];
      for (let n = 0; n < mostRuns && stayed.length < 2; n += 1) {
        const { began, ended, left } = await runOnce(from);
        told.push(`${(began - second).toFixed(3)}-${(ended - second).toFixed(3)}`);
        expect(began).toBeGreaterThanOrEqual(second);
        // The controller, whose clock is in the times of the files, may be a little ahead.
        if (ended < second + 0.9) stayed.push(left);
      }
      console.log(`${from}: jobs ran in these seconds after ${frozenClock}: ${told.join(" ")}`);
      if (stayed.length < 2)
        return context.skip(
          `this host is too busy: no two of ${mostRuns} jobs ended in the second`,
        );
      expect(stayed[1]).toEqual(stayed[0]);
      expect(stayed[0]).toEqual({
        said: `${frozenClock} it begins\n`,
        files: [
          ["log", `${frozenClock} a line of a log\n${frozenClock} another\n`, second * 1000],
          ["numbers", expect.any(String), second * 1000],
        ],
      });
    },
  );
});
