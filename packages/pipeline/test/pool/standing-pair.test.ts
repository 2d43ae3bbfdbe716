import { readdirSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { openContext } from "../../src/context.ts";
import { startStandingPair } from "../../src/pool/standing-pair.ts";
import { makeSmallState, small } from "../support/small-state.ts";

test(
  "a state of another QEMU is refused for each pair anew: it may have been made again",
  { tags: ["host"] },
  async (context) => {
    requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86" });
    const store = join(temporaryDirectory(), "store");
    await makeSmallState(store);
    const opened = await openContext({ store });
    await expect(startStandingPair(opened, small.state, [])).rejects.toMatchObject({
      code: "PIPELINE_STATE_MISMATCH",
      happened: expect.stringContaining("frozen with QEMU 0.0 (of a test)"),
    });
    expect(readdirSync(join(store, "runs"))).toEqual([]);
  },
);
