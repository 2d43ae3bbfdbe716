import { randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { testStore } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { openContext } from "../src/context.ts";
import { layer, listStates, run, type LayerResult, type StateRecord } from "../src/index.ts";
import { sha256OfFile } from "../src/store/keys.ts";
import { stateFiles } from "../src/store/layout.ts";

const minutes = 60_000;
const store = testStore();

function bash(text: string) {
  return { command: { kind: "script", shell: "bash", text } } as const;
}

/** What a command in a state prints. */
async function says(from: string, text: string): Promise<string> {
  const stdout = new PassThrough();
  const said = stdout.setEncoding("utf8").toArray();
  const { outcome } = await run({ from, job: bash(text), stdout }, { store });
  expect(outcome).toEqual({ kind: "exited", exitCode: 0 });
  stdout.end();
  return (await said).join("");
}

function stateOf(result: LayerResult): StateRecord {
  if (result.kind !== "layered") throw new Error(JSON.stringify(result.outcome));
  return result.state;
}

describe("layers", { tags: ["vm"] }, () => {
  test(
    "hold what was done in them, on the disk and in memory, one on the other",
    { timeout: 15 * minutes },
    async () => {
      const context = await openContext({ store });
      await using stack = new AsyncDisposableStack();
      // Nothing of an earlier run is taken for this one's.
      const nonce = randomBytes(4).toString("hex");
      const [base, top] = [`base-${nonce}`, `top-${nonce}`];
      const make = async (name: string, from: string, text: string): Promise<LayerResult> => {
        const result = await layer({ name, from, job: bash(text) }, { store });
        stack.defer(() => rm(join(context.store.layout.names, name), { force: true }));
        if (result.kind === "layered") {
          stack.defer(async () => void (await context.store.remove("states", result.state.key)));
        }
        return result;
      };
      // A shell that keeps a variable in its memory, and answers who writes into its pipe.
      const server = `
      mkfifo /tmp/ask /tmp/answer
      (cd /; value=${nonce}; while read -r _ </tmp/ask; do echo "$value" >/tmp/answer; done) \\
        </dev/null >/dev/null 2>&1 &
      echo ${nonce} >/cygdrive/c/base.txt`;
      const first = stateOf(await make(base, "reference", server));
      // Who maps RAM shared and writes to it changes the file's time; hashing gigabytes takes too long here.
      const frozen = [stateFiles.guestMemory, stateFiles.controllerMemory].map((name) =>
        join(first.directory, name),
      );
      const look = async () => ({
        disk: await sha256OfFile(join(first.directory, stateFiles.disk)),
        memory: (await Promise.all(frozen.map((file) => stat(file)))).map(({ mtimeMs }) => mtimeMs),
      });
      const before = await look();

      const [second, failed] = await Promise.all([
        make(top, base, "cat /cygdrive/c/base.txt >/cygdrive/c/top.txt"),
        make(`failed-${nonce}`, first.key.slice(0, 12), "exit 9"),
      ]);
      expect(failed).toEqual({ kind: "notMade", outcome: { kind: "exited", exitCode: 9 } });
      const { key } = stateOf(second);
      const found = await says(
        top,
        "echo >/tmp/ask; cat /tmp/answer /cygdrive/c/base.txt /cygdrive/c/top.txt",
      );
      expect(found).toBe(`${nonce}\n`.repeat(3));

      expect(await look()).toEqual(before);
      const states = await listStates({ store });
      expect(states.find((state) => state.key === key)).toMatchObject({
        name: top,
        parent: first.key,
        guest: "reference",
      });
      expect(states.filter(({ parent }) => parent === first.key)).toHaveLength(1);
      // The same work again is there; the name needs no machine to move.
      const again = await make(top, "reference", server);
      expect(again).toMatchObject({ kind: "layered", cached: true, movedFrom: key });
      const unfinished = (await readdir(context.store.layout.kind("states"))).filter(
        (entry) => entry.startsWith(".") && entry.includes(`-${process.pid}-`),
      );
      expect(unfinished).toEqual([]);
    },
  );
});
