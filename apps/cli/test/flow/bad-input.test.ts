import {
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { copyOfStore, temporaryDirectory, testStore } from "@winvm/test-kit";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { winvm } from "./winvm.ts";

const minutes = 60_000;

/** A store of its own with the state of the test store that a run would take. */
async function copyOfTestStore(): Promise<string> {
  const { stdout } = await winvm(["suspend", "--json", "reference"]);
  const directory = stdout.toString();
  const key = /states\/([0-9a-f]{32})/.exec(directory)?.[1] ?? "";
  return copyOfStore(testStore(), key);
}

/** The one entry of a kind. */
function entryOf(store: string, kind: string): string {
  const [key] = readdirSync(join(store, kind)).filter((name) => !name.startsWith("."));
  return join(store, kind, key ?? "");
}

/** Nothing half-made, no run, no lock. */
function expectTidy(store: string): void {
  for (const kind of ["media", "images", "states"]) {
    expect(
      readdirSync(join(store, kind)).filter((name) => name.startsWith(".")),
      kind,
    ).toEqual([]);
  }
  for (const kind of ["runs", "locks"]) expect(readdirSync(join(store, kind)), kind).toEqual([]);
}

describe(
  "bad input is told with code and hint, and leaves nothing",
  { tags: ["vm"], timeout: 5 * minutes },
  () => {
    beforeAll(async () => {
      expect((await winvm(["suspend", "reference"])).code).toBe(0);
    }, 30 * minutes);

    test.each([
      [["run", "--guest", "windows-12", "--", "true"], "UNATTEND_GUEST_UNKNOWN"],
      [["run", "--guest", "11", "--", "true"], "PIPELINE_ISO_MISSING"],
      [["run", "--guest", "11", "--iso", "/no/such.iso", "--", "true"], "PIPELINE_ISO_MISSING"],
      [["run", "--guest", "11", "--iso", "/etc/passwd", "--", "true"], "UNATTEND_ISO_INVALID"],
      [["run", "--iso", "/etc/passwd", "--", "true"], "UNATTEND_ISO_INVALID"],
      [["run", "--edition", "Pro", "--", "true"], "PIPELINE_INVALID_REQUEST"],
      [["run", "--share", "data=/no/such/directory", "--", "true"], "PIPELINE_INVALID_REQUEST"],
      [["run", "--share", "xchg=/tmp", "--", "true"], "XCHG_SHARES_INVALID"],
      [["run", "--in", "/no/such/directory", "--", "true"], "PIPELINE_INVALID_REQUEST"],
      [["run", "--out", "/etc/passwd", "--", "true"], "PIPELINE_INVALID_REQUEST"],
      [["run", "--store", "/etc/passwd/store", "--", "true"], "PIPELINE_STORE_UNUSABLE"],
    ])("winvm %j: %s", async (args, code) => {
      const { code: status, stdout } = await winvm([args[0] ?? "", "--json", ...args.slice(1)]);
      const last = JSON.parse(stdout.toString().trimEnd().split("\n").at(-1) ?? "{}") as Record<
        string,
        unknown
      >;
      expect(last).toMatchObject({ type: "outcome", kind: "refused", error: { code } });
      expect((last["error"] as { hint?: string }).hint ?? "", "a hint").not.toBe("");
      expect(status).toBe(125);
      expectTidy(testStore());
    });

    test("a truncated image or state", async () => {
      const store = await copyOfTestStore();
      const state = entryOf(store, "states");
      const devices = join(state, "guest.state");
      const bytes = readFileSync(devices);
      rmSync(devices);
      writeFileSync(devices, bytes.subarray(0, bytes.length - 100));
      const cut = await winvm(["run", "--json", "--", "true"], { store });
      expect(cut.outcome()).toMatchObject({
        kind: "refused",
        error: { code: "PIPELINE_STORE_DAMAGED" },
      });
      rmSync(state, { recursive: true });
      const disk = join(entryOf(store, "images"), "disk.qcow2");
      copyFileSync(disk, `${disk}.copy`);
      rmSync(disk);
      cpSync(`${disk}.copy`, disk);
      rmSync(`${disk}.copy`);
      truncateSync(disk, 1000);
      const image = await winvm(["run", "--json", "--", "true"], { store });
      expect(image.outcome()).toMatchObject({
        kind: "refused",
        error: { code: "PIPELINE_STORE_DAMAGED" },
      });
      expect(image.code).toBe(125);
      expectTidy(store);
    });

    test("a device state with one changed byte", async () => {
      const store = await copyOfTestStore();
      const devices = join(entryOf(store, "states"), "controller.state");
      const bytes = readFileSync(devices);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      rmSync(devices);
      writeFileSync(devices, bytes);
      const refused = await winvm(["run", "--json", "--", "true"], { store });
      expect(refused.outcome()).toMatchObject({
        kind: "refused",
        error: { code: "PIPELINE_STORE_DAMAGED" },
      });
    });

    test("a state of another QEMU is refused with the way out, and --rebuild is that way", async () => {
      const store = await copyOfTestStore();
      const file = join(entryOf(store, "states"), "manifest.json");
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace(/"qemuVersion": "[^"]+"/, '"qemuVersion": "6.0.0"'),
      );
      const refused = await winvm(["run", "--json", "--", "true"], { store });
      expect(refused.outcome()).toMatchObject({
        kind: "refused",
        error: { code: "PIPELINE_STATE_MISMATCH", hint: expect.stringContaining("--rebuild") },
      });
      expect((await winvm(["run", "--rebuild", "--", "true"], { store })).code).toBe(0);
    });

    test("a full disk", async (context) => {
      context.skip(process.getuid?.() !== 0, "needs root, to mount a small file system");
      const store = temporaryDirectory();
      try {
        await runProgram("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", store]);
      } catch (error) {
        // In a container root may lack CAP_SYS_ADMIN. Anything else is a finding.
        if (!/permission denied|not permitted|superuser/i.test(String(error))) throw error;
        context.skip(`this system does not let root mount: ${String(error).split("\n")[0]}`);
      }
      onTestFinished(async () => {
        await runProgram("umount", [store]);
      });
      const full = await winvm(["run", "--json", "--", "true"], { store });
      expect(full.outcome()).toMatchObject({
        kind: "refused",
        error: { code: "PIPELINE_STORE_FULL", hint: expect.stringContaining("gc") },
      });
      expect(full.code).toBe(125);
      expectTidy(store);
    });
  },
);
