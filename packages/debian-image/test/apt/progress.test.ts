import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStatusLines } from "../../src/apt/progress.ts";
import type { DownloadStatus } from "../../src/apt/progress.ts";

const OUTPUT =
  "dlstatus:1:0.0000:Retrieving file 1 of 2\nW: a warning\ndlstatus:2:54.9768:Retrieving file 2 of 2\ndlstatus:x\ndlstatus:2:100.0000:done\n";

test("apt's status lines are read wherever the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(OUTPUT.length)), (cuts) => {
      const seen: DownloadStatus[] = [];
      const read = parseStatusLines((status) => seen.push(status));
      const points = [0, ...cuts.sort((a, b) => a - b), OUTPUT.length];
      for (const [index, point] of points.entries())
        read(OUTPUT.slice(points[index - 1] ?? 0, point));
      expect(seen.map(({ fraction }) => fraction.toFixed(6))).toEqual([
        "0.000000",
        "0.549768",
        "1.000000",
      ]);
      expect(seen[1]?.text).toBe("Retrieving file 2 of 2");
    }),
  );
});
