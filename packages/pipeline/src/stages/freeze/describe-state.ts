import { join } from "node:path";
import { createOverlay } from "@winvm/qemu";
import type { Context } from "../../context.ts";
import { stateFiles } from "../../store/layout.ts";
import type { MadeEntry } from "../../store/store.ts";
import { digHoles } from "../dig-holes.ts";
import type { FrozenPair } from "./freeze-pair.ts";
import type { StateFacts } from "./state-facts.ts";

/** Completes the directory of a frozen pair and says what is in it. */
export async function describeState(
  context: Context,
  directory: string,
  inputs: Readonly<Record<string, unknown>>,
  facts: StateFacts & FrozenPair,
): Promise<MadeEntry> {
  // An empty overlay that each clone copies: quicker than starting qemu-img.
  await createOverlay({
    file: join(directory, stateFiles.overlay),
    backing: { file: join(directory, stateFiles.disk), format: "qcow2" },
  });
  const dug = await Promise.all(
    [stateFiles.guestMemory, stateFiles.controllerMemory].map((name) =>
      digHoles(context, join(directory, name)),
    ),
  );
  return {
    inputs,
    files: [
      stateFiles.disk,
      stateFiles.overlay,
      stateFiles.guestMemory,
      stateFiles.controllerMemory,
      stateFiles.controllerKey,
      stateFiles.guestDevices,
      stateFiles.controllerDevices,
      ...(facts.firmware === "uefi" ? [stateFiles.firmwareVariables] : []),
    ],
    facts: { ...facts, holesDugBytes: dug.reduce((sum, bytes) => sum + bytes, 0) },
  };
}
