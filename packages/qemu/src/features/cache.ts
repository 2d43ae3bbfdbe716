import { readFile, stat } from "node:fs/promises";
import { writeFileAtomically } from "@winvm/runtime";
import type { QemuFeatures } from "./features.ts";

/** What a binary is recognised by. */
export interface BinaryStamp {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The content of a cache file. `format` changes with the shape of {@link QemuFeatures}. */
interface FeaturesCache {
  readonly format: typeof cacheFormat;
  readonly entries: readonly { readonly stamp: BinaryStamp; readonly features: QemuFeatures }[];
}

const cacheFormat = "winvm-qemu-features-1";

export async function stampOf(path: string): Promise<BinaryStamp> {
  const { size, mtimeMs } = await stat(path);
  return { path, size, mtimeMs };
}

/** What a cache file says of a binary; undefined where it says nothing, is missing or is not one. */
export async function cachedFeatures(
  file: string | undefined,
  stamp: BinaryStamp,
): Promise<QemuFeatures | undefined> {
  const entries = await read(file);
  return entries.find((entry) => same(entry.stamp, stamp))?.features;
}

/** Adds a binary's features to a cache file. That it can't be written is no failure: it is only slower. */
export async function keepFeatures(
  file: string | undefined,
  stamp: BinaryStamp,
  features: QemuFeatures,
): Promise<void> {
  if (file === undefined) return;
  const others = (await read(file)).filter((entry) => entry.stamp.path !== stamp.path);
  const cache: FeaturesCache = { format: cacheFormat, entries: [...others, { stamp, features }] };
  await writeFileAtomically(file, JSON.stringify(cache)).catch(() => {});
}

async function read(file: string | undefined): Promise<FeaturesCache["entries"]> {
  if (file === undefined) return [];
  try {
    const cache = JSON.parse(await readFile(file, "utf8")) as Partial<FeaturesCache>;
    return cache.format === cacheFormat && Array.isArray(cache.entries) ? cache.entries : [];
  } catch {
    return [];
  }
}

function same(a: BinaryStamp, b: BinaryStamp): boolean {
  return a.path === b.path && a.size === b.size && a.mtimeMs === b.mtimeMs;
}
