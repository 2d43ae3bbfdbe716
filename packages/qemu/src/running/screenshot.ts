import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describeError, type WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import type { QemuFeatures } from "../features/features.ts";
import { ppmToPng } from "./png.ts";
import type { RunningMachine } from "./running-machine.ts";

/** Has QEMU write its screen, as PNG where it can, and gives the file its name when it is whole. */
export async function takeScreenshot(
  { machine, qmp }: Pick<RunningMachine, "machine" | "qmp">,
  features: QemuFeatures,
  file: string,
  wait: WaitOptions,
): Promise<void> {
  const asked = `take a screenshot of the machine ${machine.name}`;
  if (machine.display === "none") throw failure(asked, "the machine has no screen", undefined);
  const temporary = join(dirname(file), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    if (features.screendumpPng) {
      try {
        await qmp.execute("screendump", { filename: temporary, format: "png" }, wait);
        await rename(temporary, file);
        return;
      } catch (error) {
        // The schema names PNG also where QEMU was built without libpng.
        if (!(error instanceof QemuError && /png/i.test(error.happened))) throw error;
      }
    }
    await qmp.execute("screendump", { filename: temporary }, wait);
    await writeFile(temporary, ppmToPng(await readFile(temporary)));
    await rename(temporary, file);
  } catch (cause) {
    if (cause instanceof QemuError && cause.code !== "QEMU_QMP_COMMAND_FAILED") throw cause;
    throw failure(asked, describeError(cause), cause);
  } finally {
    await rm(temporary, { force: true });
  }
}

function failure(asked: string, happened: string, cause: unknown): QemuError {
  return new QemuError({
    code: "QEMU_SCREENSHOT_FAILED",
    asked,
    happened,
    hint: "give the machine a display, and a file in a directory that exists",
    cause,
  });
}
