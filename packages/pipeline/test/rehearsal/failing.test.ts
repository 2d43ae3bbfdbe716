import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { processIdentity } from "@winvm/runtime";
import { testStore } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { rehearse, type PipelineError } from "../../src/index.ts";

const runs = join(testStore(), "runs");

describe(
  "a rehearsal that does not come to its end",
  { tags: ["vm"], timeout: 15 * 60_000 },
  () => {
    test("has a directory that bears its owner's name, and takes it along when it is cancelled", async () => {
      const cancel = new AbortController();
      const owners: unknown[] = [];
      const rehearsing = rehearse(
        { guest: "7" },
        {
          store: testStore(),
          signal: cancel.signal,
          onEvent(event) {
            if (event.type !== "stage:step" || event.step !== "start Setup") return;
            for (const id of ownRuns())
              owners.push(JSON.parse(readFileSync(join(runs, id, "owner.json"), "utf8")));
            cancel.abort();
          },
        },
      );
      await expect(rehearsing).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
      expect(owners).toEqual([await processIdentity(process.pid)]);
      expect(ownRuns()).toEqual([]);
    });

    test("leaves evidence where the guest did otherwise than it was told", async () => {
      // Speaks up for the guest: one start too many.
      const command = String.raw`bash -c "printf 'winvm: going down: restart\r\n' >/dev/ttyS0"`;
      const error = await rehearse(
        { guest: "7", commands: [command] },
        { store: testStore() },
      ).then(
        () => expect.unreachable("it went well"),
        (thrown: PipelineError) => thrown,
      );
      expect(error).toMatchObject({
        code: "PIPELINE_REHEARSAL_FAILED",
        asked: "rehearse Windows 7 (amd64, bios)",
        happened: "Setup started the machine again 3 times, not 2",
      });
      const names = readdirSync(String(error.data["bundle"]));
      expect(names).toEqual(expect.arrayContaining(["error.json", "serial.log"]));
      expect(ownRuns()).toEqual([]);
    });
  },
);

function ownRuns(): string[] {
  return readdirSync(runs).filter((id) => id.endsWith(`-${process.pid}`));
}
