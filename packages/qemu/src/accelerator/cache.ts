import { readFile } from "node:fs/promises";
import { writeFileAtomically } from "@winvm/runtime";
import type { AcceleratorChoice } from "./choose.ts";

/** For what a choice was made. */
export interface ChoiceOccasion {
  /** The host's, since it was started. */
  readonly boot: string;
  readonly qemu: string;
}

const cacheFormat = "winvm-qemu-accelerator-3";

interface ChoiceCache {
  readonly format: typeof cacheFormat;
  /** Of one boot; a host may have several QEMUs. */
  readonly entries: readonly (ChoiceOccasion & {
    readonly choice: AcceleratorChoice;
    /** Milliseconds since 1970 until which it counts; until the next boot when absent. */
    readonly until?: number;
  })[];
}

/** What was chosen then; undefined where the file says nothing of it, is missing or is not one. */
export async function keptChoice(
  file: string | undefined,
  { boot, qemu }: ChoiceOccasion,
): Promise<AcceleratorChoice | undefined> {
  const found = (await read(file)).find((entry) => entry.boot === boot && entry.qemu === qemu);
  if (found === undefined || Date.now() > (found.until ?? Infinity)) return undefined;
  const { choice } = found;
  return { ...choice, evidence: { ...choice.evidence, cached: true } };
}

/**
 * Adds a choice, for good or for so long, and drops those of earlier boots. What counts for so long only replaces none for
 * good. That it can't be written is no failure: it is tried again.
 */
export async function keepChoice(
  file: string | undefined,
  { boot, qemu }: ChoiceOccasion,
  choice: AcceleratorChoice,
  forMs?: number,
): Promise<void> {
  if (file === undefined) return;
  const ofBoot = (await read(file)).filter((entry) => entry.boot === boot);
  const same = ofBoot.find((entry) => entry.qemu === qemu);
  if (forMs !== undefined && same !== undefined && same.until === undefined) return;
  const others = ofBoot.filter((entry) => entry !== same);
  const cache: ChoiceCache = {
    format: cacheFormat,
    entries: [
      ...others,
      { boot, qemu, choice, ...(forMs !== undefined && { until: Date.now() + forMs }) },
    ],
  };
  await writeFileAtomically(file, JSON.stringify(cache)).catch(() => {});
}

async function read(file: string | undefined): Promise<ChoiceCache["entries"]> {
  if (file === undefined) return [];
  try {
    const { format, entries } = JSON.parse(await readFile(file, "utf8")) as Partial<ChoiceCache>;
    return format === cacheFormat && Array.isArray(entries) ? entries : [];
  } catch {
    return [];
  }
}
