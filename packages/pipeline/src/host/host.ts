import { chooseAccelerator, detectFeatures, type QemuFeatures } from "@winvm/qemu";
import type { StoreLayout } from "../store/layout.ts";

/** What this machine runs guests with. */
export interface Host {
  readonly features: QemuFeatures;
  readonly accelerator: "kvm" | "tcg";
  /** Why that accelerator, in words. */
  readonly reason: string;
}

/** Finds QEMU and tries the accelerator; both answers are cached in the store. */
export async function openHost(layout: StoreLayout, signal?: AbortSignal): Promise<Host> {
  const [features, choice] = await Promise.all([
    detectFeatures({ cacheFile: layout.features, signal }),
    chooseAccelerator({
      cacheFile: layout.accelerator,
      featuresCacheFile: layout.features,
      signal,
    }),
  ]);
  return { features, accelerator: choice.accelerator, reason: choice.reason };
}
