import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeAll, describe, expect, test } from "vitest";
import { winvm } from "./winvm.ts";

const minutes = 60_000;

/** Names, contents and times (to the minute) of the files in a directory. */
function contents(directory: string): unknown {
  return readdirSync(directory)
    .toSorted()
    .map((name) => {
      const file = join(directory, name);
      return [name, readFileSync(file, "utf8"), statSync(file).mtime.toISOString().slice(0, 16)];
    });
}

describe(
  "what clones have in common and of their own",
  { tags: ["vm"], timeout: 5 * minutes },
  () => {
    beforeAll(async () => {
      expect((await winvm(["suspend", "reference"])).code).toBe(0);
    }, 30 * minutes);

    test("at a given time two clones leave the same to the byte, times to the minute", async () => {
      // A minute's precision is what cmd prints, and what a job of a minute's length can rely on.
      const job = [
        'echo "$$ $PPID $SHLVL $(uname -n) $(date -u +%FT%H:%M)"',
        "ls -ln --full-time /etc/hostname",
        "cmd /c 'echo %TIME% %COMPUTERNAME%'",
        'date -u +%FT%H:%M >"$WINVM_OUT/date"',
        'seq 1000 >"$WINVM_OUT/numbers"',
      ].join("\n");
      const runs = await Promise.all(
        [1, 2].map(async () => {
          const out = temporaryDirectory();
          const options = ["--clock", "2027-03-04T12:00:00Z", "--out", out];
          const { code, stdout } = await winvm(["run", "--quiet", ...options, "-c", job]);
          return { code, said: stdout.toString(), left: contents(out) };
        }),
      );
      expect(runs[0]).toEqual(runs[1]);
      expect(runs[0]).toMatchObject({
        code: 0,
        left: [
          ["date", "2027-03-04T12:00\n", "2027-03-04T12:00"],
          ["numbers", expect.any(String), "2027-03-04T12:00"],
        ],
      });
      expect(runs[0]?.said).toMatch(/ WINVM 2027-03-04T12:00\n[^]*\n12:00 PM WINVM\s*$/);
    });

    test("the host's clock is the guest's, goes on like it, and is in the times of files", async () => {
      const job =
        'echo "$EPOCHREALTIME"; sleep 2; echo "$EPOCHREALTIME"; : >"$WINVM_OUT/f"; echo x >>"$WINVM_OUT/f"; stat -c %Y "$WINVM_OUT/f"';
      const before = Date.now() / 1000;
      const { code, stdout } = await winvm(["run", "--clock", "host", "-c", job]);
      const after = Date.now() / 1000;
      expect(code).toBe(0);
      const [start = 0, later = 0, written = 0] = stdout.toString().trim().split("\n").map(Number);
      expect(start).toBeGreaterThan(before);
      expect(later - start).toBeGreaterThan(1.9);
      expect(later).toBeLessThan(after);
      // Samba notes whole seconds, of a clock that was set by whole seconds.
      expect(written).toBeGreaterThan(later - 3);
      expect(written).toBeLessThan(after);
    });

    test("a fresh clone has a name of its own, and its kernel has taken new random numbers", async () => {
      const job =
        'uname -n; cat /etc/hostname; doas dmesg | grep -c "crng reseeded due to virtual machine fork"; date +%Y';
      const [one, other, same] = await Promise.all(
        ["fresh", "fresh", "same"].map(async (identity) => {
          const { stdout } = await winvm(["run", "--quiet", "--identity", identity, "-c", job]);
          return stdout.toString().trim().split("\n");
        }),
      );
      expect(same).toEqual(["WINVM", "WINVM", "0", "2026"]);
      for (const told of [one, other]) {
        expect(told).toEqual([
          expect.stringMatching(/^WINVM-[\dA-F]{8}$/),
          told?.[0],
          "1",
          // Its clock is another choice.
          "2026",
        ]);
      }
      expect(one?.[0]).not.toBe(other?.[0]);
    });
  },
);
