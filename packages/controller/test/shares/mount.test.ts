import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { requirePrograms } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { killScript } from "../../src/shell/kill.ts";
import { mountLines, unmountScript } from "../../src/shares/scripts.ts";
import { shareError } from "../../src/shares/share-error.ts";

test("each share is mounted one level below what Samba exports", () => {
  expect(mountLines(["xchg", "slot1"])).toEqual([
    "xchg /srv/xchg/io 9p trans=virtio,version=9p2000.L,msize=512000,cache=none,access=user 0 0",
    "slot1 /srv/slot1/io 9p trans=virtio,version=9p2000.L,msize=512000,cache=none,access=user 0 0",
  ]);
});

test.each([[["a b"]], [["../up"]], [[""]], [["x".repeat(32)]], [["good", "$(bad)"]]])(
  "%j is refused",
  (tags) => {
    for (const script of [mountLines, unmountScript])
      expect(() => script(tags)).toThrow(expect.objectContaining({ code: "CONTROLLER_INVALID" }));
  },
);

test("a busy share is told from others", () => {
  const busy = shareError(
    "unmount",
    "umount: can't unmount /srv/xchg/io: Device or resource busy\n",
  );
  expect(busy.code).toBe("CONTROLLER_SHARE_BUSY");
  expect(shareError("mount", "mount: No such file").code).toBe("CONTROLLER_SHARE_FAILED");
});

describe("shellcheck", { tags: ["host"] }, () => {
  test("minds nothing in the scripts", (context) => {
    requirePrograms(context, { shellcheck: "shellcheck" });
    const init = readFileSync(new URL("../../image/init", import.meta.url), "utf8");
    for (const script of [init, unmountScript(["a", "b"]), killScript("0")]) {
      const { stdout } = spawnSync("shellcheck", ["--shell=sh", "-"], {
        input: script,
        encoding: "utf8",
      });
      expect(stdout).toBe("");
    }
  });
});
