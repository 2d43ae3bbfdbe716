import type { Machine } from "../machine/machine.ts";
import { qemuOption } from "./option.ts";

/** The TPM with a command response buffer, which Windows drives from 10 on. (docs/specs/tpm of QEMU) */
export function tpmArgv({ tpm }: Machine): readonly string[] {
  if (tpm === undefined) return [];
  return [
    "-chardev",
    qemuOption("socket", { id: "tpm0-control", path: tpm.socket }),
    "-tpmdev",
    qemuOption("emulator", { id: "tpm0", chardev: "tpm0-control" }),
    "-device",
    qemuOption("tpm-crb", { tpmdev: "tpm0" }),
  ];
}
