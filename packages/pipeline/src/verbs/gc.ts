import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { openContext, type Context } from "../context.ts";
import type { GarbageReport } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { runFiles, type StoreKind } from "../store/layout.ts";
import { readManifest } from "../store/manifest.ts";
import { diskUsage } from "./records.ts";

/** What {@link collectGarbage} may remove. */
export interface GarbageRequest {
  /** Everything that no live run uses. */
  readonly all?: boolean | undefined;
  /** What was not used for this many milliseconds; 30 days when absent. */
  readonly olderThanMs?: number | undefined;
  /** Only tells. */
  readonly dryRun?: boolean | undefined;
}

const thirtyDaysMs = 30 * 24 * 3_600_000;

interface Candidate {
  readonly kind: StoreKind;
  readonly key: string;
  readonly directory: string;
  readonly damaged: boolean;
  readonly usedMs: number;
  /** Keys of what it is made from and needs. */
  readonly needs: readonly string[];
}

/**
 * Removes from the store what nobody needs: damaged entries, and those that were not used for long. What a live run
 * uses stays, and so does what a kept entry is made from. (What dead processes left is removed whenever a store is
 * opened.)
 */
export async function collectGarbage(
  request: GarbageRequest,
  options: PipelineOptions = {},
): Promise<GarbageReport> {
  const context = await openContext(options);
  const candidates = (
    await Promise.all(
      (["states", "images", "media"] as const).map((kind) => candidatesOf(context, kind)),
    )
  ).flat();
  const inUse = await keysInUse(context);
  const limitMs = request.all === true ? -1 : (request.olderThanMs ?? thirtyDaysMs);
  const needed = new Set<string>();
  const removed: GarbageReport["removed"][number][] = [];
  const kept: GarbageReport["kept"][number][] = [];
  // States come first: what they need is only needed if they stay.
  for (const candidate of candidates) {
    const what = `${candidate.kind}/${candidate.key}`;
    const sizeBytes = await diskUsage(candidate.directory);
    const ageMs = Date.now() - candidate.usedMs;
    const reason = inUse.has(candidate.key)
      ? "in use"
      : needed.has(candidate.key)
        ? "needed by what is kept"
        : undefined;
    const doomed = reason === undefined && (candidate.damaged || ageMs > limitMs);
    if (doomed) {
      removed.push({
        what,
        sizeBytes,
        why: candidate.damaged ? "damaged" : "not used for long enough",
      });
      if (request.dryRun !== true)
        await context.store.remove(candidate.kind, candidate.key, { signal: context.signal });
    } else {
      for (const key of candidate.needs) needed.add(key);
      kept.push({ what, sizeBytes, why: reason ?? "used recently" });
    }
  }
  for (const failure of await readdir(context.store.layout.failures)) {
    const directory = join(context.store.layout.failures, failure);
    const { mtimeMs } = await stat(directory);
    if (Date.now() - mtimeMs <= limitMs) continue;
    removed.push({
      what: `failures/${failure}`,
      sizeBytes: await diskUsage(directory),
      why: "not used for long enough",
    });
    if (request.dryRun !== true) await rm(directory, { recursive: true, force: true });
  }
  return { removed, kept, freedBytes: removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

async function candidatesOf(context: Context, kind: StoreKind): Promise<Candidate[]> {
  const keys = (await readdir(context.store.layout.kind(kind))).filter(
    (key) => !key.startsWith("."),
  );
  const candidates = await Promise.all(
    keys.map(async (key): Promise<Candidate> => {
      const directory = context.store.layout.entry(kind, key);
      const manifest = await readManifest(directory).catch(() => undefined);
      const used = await stat(context.store.layout.used(kind, key)).catch(() => undefined);
      const { inputs = {} } = manifest ?? {};
      return {
        kind,
        key,
        directory,
        damaged: manifest === undefined,
        usedMs: used?.mtimeMs ?? Date.parse(manifest?.createdAt ?? "") ?? 0,
        needs: [inputs["image"], inputs["controller"]].filter((need) => typeof need === "string"),
      };
    }),
  );
  return candidates.sort((a, b) => b.usedMs - a.usedMs);
}

/** The states of live runs, and what those need. */
async function keysInUse(context: Context): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const id of await readdir(context.store.layout.runs)) {
    const owner = await readFile(join(context.store.layout.runs, id, runFiles.owner), "utf8").catch(
      () => "{}",
    );
    const { stateKey } = JSON.parse(owner) as { stateKey?: string };
    if (stateKey === undefined) continue;
    keys.add(stateKey);
    const manifest = await readManifest(context.store.layout.entry("states", stateKey)).catch(
      () => undefined,
    );
    for (const need of [manifest?.inputs["image"], manifest?.inputs["controller"]]) {
      if (typeof need === "string") keys.add(need);
    }
  }
  return keys;
}
