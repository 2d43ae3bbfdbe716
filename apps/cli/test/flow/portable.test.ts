import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finish, startWinvm, winvm } from "./winvm.ts";

const minutes = 60_000;

describe("a state in a file", { tags: ["vm"], timeout: 5 * minutes }, () => {
  let root: string;
  let store: string;
  let file: string;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "winvm-t-"));
    store = join(root, "store");
    file = join(root, "reference.winvm");
    expect((await winvm(["suspend", "reference"])).code).toBe(0);
    // What QEMU can do is known already: that is not what is tried here.
    cpSync(join(testStore(), "cache"), join(store, "cache"), { recursive: true });
  }, 30 * minutes);

  afterAll(() => rmSync(root, { recursive: true, force: true }), minutes);

  test("is exported, imported elsewhere and revived there, with the very same manifests", async () => {
    // By its key: the newest of the guest may be one with other resources.
    const frozen = await winvm(["suspend", "--json", "reference"]);
    const { key } = frozen.outcome()["state"] as { key: string };
    const exported = await winvm(["export", "--json", key, file]);
    expect({ code: exported.code, stderr: exported.stderr }).toEqual({ code: 0, stderr: "" });
    const { entries, state } = JSON.parse(String(exported.stdout)) as {
      entries: readonly string[];
      state: string;
    };
    expect(entries.at(-1)).toBe(`states/${state}`);
    const imported = await winvm(["import", "--json", file], { store });
    expect({ code: imported.code, stderr: imported.stderr }).toEqual({ code: 0, stderr: "" });
    for (const entry of entries) {
      const [here, there] = [testStore(), store].map((one) =>
        readFileSync(join(one, entry, "manifest.json"), "utf8"),
      );
      expect(there).toBe(here);
    }
    const ran = await winvm(["run", "--", "echo", "from elsewhere"], { store });
    expect({ code: ran.code, stdout: String(ran.stdout) }).toEqual({
      code: 0,
      stdout: "from elsewhere\n",
    });
    // It was the imported one: nothing else was made.
    expect(readdirSync(join(store, "states"))).toEqual([state]);
    expect(readdirSync(join(store, "images"))).toHaveLength(1);
  });

  test.each(["SIGINT", "SIGKILL"] as const)("%s in an import leaves nothing", async (signal) => {
    const empty = join(root, signal);
    const child = startWinvm(["import", file], { store: empty });
    await expect
      .poll(() => existsSync(join(empty, "states")) && readdirSync(join(empty, "states")).length, {
        timeout: minutes,
        interval: 5,
      })
      .toBe(1);
    child.kill(signal);
    const ended = await finish(child);
    expect(ended.code ?? ended.signal).toBe(signal === "SIGINT" ? 130 : "SIGKILL");
    // After a kill the next one that opens the store clears up.
    expect((await winvm(["states"], { store: empty })).code).toBe(0);
    for (const kind of ["states", "images", "media"]) {
      expect(readdirSync(join(empty, kind))).toEqual([]);
    }
  });
});
