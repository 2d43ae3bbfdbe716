import { rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { copyOfStore, testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { winvm } from "./winvm.ts";

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

describe.skipIf(other === "")(
  "two QEMUs on one host (WINVM_OTHER_QEMU)",
  { tags: ["vm"], timeout: 10 * minutes },
  () => {
    const env = { PATH: `${dirname(other)}:${process.env["PATH"] ?? ""}` };
    let root: string;
    let store: string;
    let versions: { here: string; there: string };

    beforeAll(async () => {
      const { stdout } = await winvm(["suspend", "--json", "reference"]);
      const key = /states\/([0-9a-f]{32})/.exec(stdout.toString())?.[1] ?? "";
      root = mkdtempSync(join(tmpdir(), "winvm-t-"));
      store = copyOfStore(testStore(), key, join(root, "store"));
      const [here = "", there = ""] = await Promise.all(
        ["qemu-system-x86_64", other].map(async (binary) => {
          const said = await runProgram(binary, ["--version"]);
          return /version (.*)/.exec(said.stdout)?.[1];
        }),
      );
      versions = { here, there };
    }, 30 * minutes);

    afterAll(() => rmSync(root, { recursive: true, force: true }), minutes);

    test("a state of the one is refused by the other, which freezes and runs its own, and the reverse", async () => {
      const { here, there } = versions;
      const command = ["--", "sh", "-c", "echo out; exit 7"];
      const first = await winvm(["run", "--json", ...command], { store, env });
      expect(first.outcome()).toMatchObject(refusal(here, there));
      const rebuilt = await winvm(["run", "--rebuild", ...command], { store, env });
      expect([rebuilt.code, rebuilt.stdout.toString()]).toEqual([7, "out\n"]);
      const again = await winvm(["run", ...command], { store, env });
      expect([again.code, again.stdout.toString()]).toEqual([7, "out\n"]);
      const back = await winvm(["run", "--json", ...command], { store });
      expect(back.outcome()).toMatchObject(refusal(there, here));
    });
  },
);
