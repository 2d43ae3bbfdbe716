import { constants } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { copyTemplate, createOverlay } from "@winvm/qemu";
import type { StateFacts } from "../freeze/state-facts.ts";
import { stateFiles } from "../../store/layout.ts";
import type { StoreEntry } from "../../store/store.ts";

/**
 * Puts what a pair goes on with into the directory of a new state: an overlay on the disk below, copies of RAM, firmware
 * variables and the controller's key.
 *
 * @returns whether the copies of the RAM share their blocks with the state below.
 */
export async function prepareLayer(
  directory: string,
  parent: StoreEntry,
  signal: AbortSignal | undefined,
): Promise<{ readonly shared: boolean }> {
  const { firmware } = parent.manifest.facts as unknown as StateFacts;
  const copyMemory = (name: string) =>
    copyTemplate({ from: join(parent.directory, name), to: join(directory, name), signal });
  const small = [
    stateFiles.controllerKey,
    ...(firmware === "uefi" ? [stateFiles.firmwareVariables] : []),
  ];
  const [guest, controller] = await Promise.all([
    copyMemory(stateFiles.guestMemory),
    copyMemory(stateFiles.controllerMemory),
    // The name in the overlay's header is for people and qemu-img; machines are always told the backing file.
    createOverlay({
      file: join(directory, stateFiles.disk),
      backing: { file: join(parent.directory, stateFiles.disk), format: "qcow2" },
      signal,
    }),
    ...small.map(async (name) => {
      await copyFile(
        join(parent.directory, name),
        join(directory, name),
        constants.COPYFILE_FICLONE,
      );
      await chmod(join(directory, name), 0o600);
    }),
  ]);
  return { shared: guest.shared && controller.shared };
}
