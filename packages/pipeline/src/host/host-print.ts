import { cpus } from "node:os";
import { readFile, stat } from "node:fs/promises";
import { findFirmware } from "@winvm/qemu";
import type { Fingerprint } from "../clone/needs.ts";
import type { StoreLayout } from "../store/layout.ts";
import { accountUid } from "../stages/freeze/state-facts.ts";
import { Stamps } from "../store/stamps.ts";
import type { Host } from "./host.ts";

/** What a host is known by to a state, without the machines: those depend on the state. */
export type HostPrint = Pick<
  Fingerprint,
  "qemuVersion" | "qemuSha256" | "accelerator" | "processorVendor" | "firmwareBytes" | "uid"
>;

/** Gathers it. QEMU's program is read once, and again when it has changed. */
export async function hostPrint(
  layout: StoreLayout,
  host: Host,
  firmware: "bios" | "uefi",
): Promise<HostPrint> {
  const { executable, version } = host.features;
  const stamps = await Stamps.open(layout.verifiedHost);
  const { sha256 } = await stamps.digest(executable, executable, "sha256");
  await stamps.save();
  return {
    qemuVersion: version,
    qemuSha256: sha256,
    accelerator: host.accelerator,
    ...(host.accelerator === "kvm" && { processorVendor: await processorVendor() }),
    uid: accountUid(),
    firmwareBytes: firmware === "bios" ? {} : await uefiBytes(),
  };
}

/** `GenuineIntel`, `AuthenticAMD`, … (proc(5)); the model's name where there is no such line. */
async function processorVendor(): Promise<string | undefined> {
  const text = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  return /^vendor_id\s*:\s*(\S+)/m.exec(text)?.[1] ?? cpus()[0]?.model;
}

async function uefiBytes(): Promise<Record<string, number>> {
  const code = await findFirmware("uefi").then(
    (found) => found.code,
    () => undefined,
  );
  return code === undefined ? {} : { UEFI: (await stat(code)).size };
}
