import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { poll } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { findFirmware, startMachine } from "../../src/index.ts";
import { requireQemu } from "../guests/live.ts";
import { bare } from "../machines.ts";

describe("UEFI", { tags: ["vm"] }, () => {
  beforeEach((context) => requireQemu(context));

  test.for(["q35", "pc"] as const)(
    "firmware on %s boots and keeps its variables",
    async (machineType, context) => {
      const firmware = await findFirmware("uefi").catch(() => undefined);
      if (firmware === undefined) {
        if (process.env["CI"]) throw new Error("needs UEFI firmware (apt install ovmf)");
        return context.skip("needs UEFI firmware (apt install ovmf)");
      }
      const directory = temporaryDirectory();
      const vars = join(directory, "vars.fd");
      const serialLog = join(directory, "serial.log");
      copyFileSync(firmware.vars, vars);
      await using running = await startMachine({
        ...bare,
        machineType,
        memoryBytes: 256 * 2 ** 20,
        firmware: { kind: "uefi", code: firmware.code, vars },
        display: "std",
        serialLog,
      });
      // The boot manager writes its first words to every console.
      await running.process.whileAlive(
        "see the boot manager",
        (signal) =>
          poll(
            "see the boot manager",
            async () =>
              /BdsDxe|UEFI Interactive Shell|EFI Internal Shell/.test(
                readFileSync(serialLog, "latin1"),
              )
                ? true
                : undefined,
            { intervalMs: 50, signal },
          ),
        { timeoutMs: 120_000 },
      );
      await running.kill();
      expect(readFileSync(vars).equals(readFileSync(firmware.vars))).toBe(false);
    },
  );
});
