import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { copyOfStore, testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { winvm, type CallResult } from "./winvm.ts";

const minutes = 60_000;

/** The path of another `qemu-system-x86_64`; its directory may have a `qemu-img` too. */
const other = process.env["WINVM_OTHER_QEMU"] ?? "";

/** What a run says whose state another QEMU has frozen. */
function refusal(frozen: string, found: string) {
  return {
    kind: "refused",
    error: {
      code: "PIPELINE_STATE_MISMATCH",
      happened: expect.stringContaining(`frozen with QEMU ${frozen}, and this host has ${found}`),
      hint: expect.stringContaining("--rebuild"),
    },
  };
}

async function versionOf(binary: string): Promise<string> {
  const { stdout } = await runProgram(binary, ["--version"]);
  return /version (.*)/.exec(stdout)?.[1] ?? "";
}

/** A QEMU that writes down with which arguments it is started: the directory to put on PATH, and the file. */
function watched(binary: string, directory: string): { directory: string; log: string } {
  const log = join(directory, "log");
  mkdirSync(directory);
  writeFileSync(log, "");
  const script = `#!/bin/sh\necho "$*" >>'${log}'\nexec '${binary}' "$@"\n`;
  writeFileSync(join(directory, "qemu-system-x86_64"), script, { mode: 0o755 });
  return { directory, log };
}

describe.skipIf(other === "")(
  "two QEMUs on one host (WINVM_OTHER_QEMU names the second)",
  { tags: ["vm"], timeout: 5 * minutes },
  () => {
    const path = `${dirname(other)}:${process.env["PATH"] ?? ""}`;
    const command = ["--", "sh", "-c", "echo out; exit 7"];
    let root: string;
    let store: string;
    let log: string;
    let here: string;
    let there: string;
    let refused: CallResult;
    let rebuilt: CallResult;

    const byOther = (args: readonly string[]): Promise<CallResult> =>
      winvm(args, { store, env: { PATH: path } });

    beforeAll(async () => {
      const { stdout } = await winvm(["suspend", "--json", "reference"]);
      const key = /states\/([0-9a-f]{32})/.exec(stdout.toString())?.[1] ?? "";
      root = mkdtempSync(join(tmpdir(), "winvm-t-"));
      store = copyOfStore(testStore(), key, join(root, "store"));
      here = await versionOf("qemu-system-x86_64");
      there = await versionOf(other);
      const manifest = readFileSync(join(store, "states", key, "manifest.json"), "utf8");
      if (!manifest.includes(JSON.stringify(here))) {
        await winvm(["suspend", "--rebuild", "reference"], { store });
      }
      const script = watched(other, join(root, "watched"));
      ({ log } = script);
      const env = { PATH: `${script.directory}:${path}` };
      refused = await winvm(["run", "--json", ...command], { store, env });
      rebuilt = await byOther(["run", "--rebuild", ...command]);
    }, 30 * minutes);

    afterAll(() => rmSync(root, { recursive: true, force: true }), minutes);

    test("a state of the one is refused by the other, before any of its machines starts", () => {
      expect(refused.outcome()).toMatchObject(refusal(here, there));
      // It was asked what it can do.
      expect(readFileSync(log, "utf8")).toContain("-machine none");
      expect(readFileSync(log, "utf8")).not.toContain("guest=winvm-");
    });

    test("the other freezes and runs its own, which is refused in its turn", async () => {
      expect([rebuilt.code, rebuilt.stdout.toString()]).toEqual([7, "out\n"]);
      const again = await byOther(["run", ...command]);
      expect([again.code, again.stdout.toString()]).toEqual([7, "out\n"]);
      const back = await winvm(["run", "--json", ...command], { store });
      expect(back.outcome()).toMatchObject(refusal(there, here));
    });

    test("a script that starts a QEMU is that QEMU", async () => {
      const env = { PATH: `${dirname(log)}:${path}` };
      const { code, stdout } = await winvm(["run", ...command], { store, env });
      expect([code, stdout.toString()]).toEqual([7, "out\n"]);
      expect(readFileSync(log, "utf8")).toContain("guest=winvm-");
    });

    test("a clone of its own, with the other", async () => {
      const job = 'uname -n; doas dmesg | grep -c "crng reseeded due to virtual machine fork"';
      const { stdout } = await byOther(["run", "--identity", "fresh", "-c", job]);
      expect(stdout.toString()).toMatch(/^WINVM-[\dA-F]{8}\n1\n$/);
    });

    test("many clones, with the other", async () => {
      const { code, stdout } = await byOther(["map", "-k", "--", "echo", ":::", "a", "b", "c"]);
      expect([code, stdout.toString()]).toEqual([0, "a\nb\nc\n"]);
    });

    test("a layer, with the other", async () => {
      const made = await byOther(["layer", "t", "--from", "reference", "-c", "echo kept >~/f"]);
      expect([made.code, made.stdout.toString()]).toEqual([0, ""]);
      const { code, stdout } = await byOther(["run", "--from", "t", "-c", "cat ~/f"]);
      expect([code, stdout.toString()]).toEqual([0, "kept\n"]);
    });

    test("a pair that stands ready, with the other", async () => {
      const started = await byOther(["pool", "start", "--json", "--size", "1"]);
      expect(started.events().at(-1)).toMatchObject({ pool: { ready: 1 } });
      try {
        const { pool } = started.events().at(-1) as { pool: { pid: number } };
        const run = await byOther(["run", "--json", ...command]);
        expect(run.outcome()).toMatchObject({ kind: "exited", exitCode: 7 });
        expect(run.outcome()["runId"]).toMatch(new RegExp(`-${pool.pid}$`));
      } finally {
        expect((await byOther(["pool", "stop", "--now"])).code).toBe(0);
      }
    });
  },
);
