import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { writeFileAtomically } from "@winvm/runtime";
import type { QemuFeatures } from "./features.ts";

/**
 * What a binary is recognised by; numbers as text, since they don't fit JSON's. The number of the device is not part of it:
 * containers and some file systems give a new one at each mount.
 */
export interface BinaryStamp {
  readonly path: string;
  readonly size: string;
  readonly mtimeNs: string;
  /** Set by the kernel at every change of content or metadata; no program can choose it. */
  readonly ctimeNs: string;
  readonly inode: string;
}

interface Entry {
  readonly stamp: BinaryStamp;
  /** Of the program that runs then, which may be replaced while the script that starts it stays. */
  readonly executable: BinaryStamp;
  readonly features: QemuFeatures;
}

/** The content of a cache file. `format` changes with the shape of {@link QemuFeatures}. */
interface FeaturesCache {
  readonly format: typeof cacheFormat;
  /** SHA-256 of the entries' JSON: what is not as it was written counts for nothing. */
  readonly sha256: string;
  readonly entries: readonly Entry[];
}

const cacheFormat = "winvm-qemu-features-3";

export async function stampOf(path: string): Promise<BinaryStamp> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  return {
    path,
    size: String(size),
    mtimeNs: String(mtimeNs),
    ctimeNs: String(ctimeNs),
    inode: String(ino),
  };
}

/** What a cache file says of a binary; undefined where it says nothing, is missing, damaged or not one. */
export async function cachedFeatures(
  file: string | undefined,
  stamp: BinaryStamp,
): Promise<QemuFeatures | undefined> {
  const entry = (await read(file)).find((each) => same(each.stamp, stamp));
  if (entry === undefined) return undefined;
  const executable = await stampOf(entry.executable.path).catch(() => undefined);
  return executable !== undefined && same(entry.executable, executable)
    ? entry.features
    : undefined;
}

/** Adds a binary's features to a cache file. That it can't be written is no failure: it is only slower. */
export async function keepFeatures(
  file: string | undefined,
  stamp: BinaryStamp,
  features: QemuFeatures,
): Promise<void> {
  if (file === undefined) return;
  const others = (await read(file)).filter((entry) => entry.stamp.path !== stamp.path);
  try {
    const entries = [
      ...others,
      { stamp, executable: await stampOf(features.executable), features },
    ];
    const cache: FeaturesCache = { format: cacheFormat, sha256: digestOf(entries), entries };
    await writeFileAtomically(file, JSON.stringify(cache));
  } catch {
    // Asked again next time.
  }
}

async function read(file: string | undefined): Promise<readonly Entry[]> {
  if (file === undefined) return [];
  try {
    const cache = JSON.parse(await readFile(file, "utf8")) as Partial<FeaturesCache>;
    const { format, sha256, entries = [] } = cache;
    return format === cacheFormat && sha256 === digestOf(entries) ? entries : [];
  } catch {
    return [];
  }
}

function digestOf(entries: readonly Entry[]): string {
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex");
}

function same(a: BinaryStamp, b: BinaryStamp): boolean {
  return (
    a.path === b.path &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.inode === b.inode
  );
}
