import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MemoryFacts } from "./memory.ts";

/**
 * The files of one control group that say what memory it may have. Version 2 (Linux, `admin-guide/cgroup-v2.rst`):
 * `memory.max` and `memory.high`; version 1 (`cgroup-v1/memory.rst`): `memory.limit_in_bytes`.
 */
export interface GroupFiles {
  /** Contents of the files with limits; of those that there are the lowest counts. */
  readonly limits: readonly string[];
  /** `memory.current`, `memory.usage_in_bytes`: with all groups below it. */
  readonly usage: string;
  /** `memory.stat` */
  readonly stat: string;
}

/** Where version 1 says that there is no limit, it names the largest number that pages can count. */
const noLimitBytes = 2 ** 60;

/** What is left of a group's limit; `undefined` where it has none. Pure. */
export function groupMemory({ limits, usage, stat }: GroupFiles): MemoryFacts | undefined {
  const limit = Math.min(
    ...limits.map((text) => (/^\d+$/.test(text.trim()) ? Number(text) : Infinity)),
  );
  if (limit >= noLimitBytes) return undefined;
  const used = Number(usage.trim());
  // Pages of files are given up when memory is wanted. In version 1 `total_` counts the groups below, too.
  const cached = ["inactive_file", "active_file"].reduce((sum, name) => {
    const fields = [`total_${name}`, name].map((field) => fieldOf(stat, field));
    return sum + (fields.find((value) => value !== undefined) ?? 0);
  }, 0);
  return { availableBytes: Math.max(0, limit - used + cached), totalBytes: limit };
}

function fieldOf(stat: string, name: string): number | undefined {
  const value = new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** Where a version has its groups, and the names of its files. */
interface GroupVersion {
  readonly root: string;
  readonly limits: readonly string[];
  readonly usage: string;
}

const version1: GroupVersion = {
  root: "/sys/fs/cgroup/memory",
  limits: ["memory.limit_in_bytes"],
  usage: "memory.usage_in_bytes",
};
const version2: GroupVersion = {
  root: "/sys/fs/cgroup",
  limits: ["memory.max", "memory.high"],
  usage: "memory.current",
};

/**
 * The directories of a process's group and of all above it, by its `/proc/PID/cgroup`. In a container some may not be there,
 * because its root is the container's own group. Pure.
 */
export function groupDirectories(
  text: string,
): readonly { readonly directory: string; readonly version: GroupVersion }[] {
  return text.split("\n").flatMap((line) => {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    const version = controllers === "" ? version2 : version1;
    if (path === "" || !(version === version2 || controllers.split(",").includes("memory")))
      return [];
    const parts = path.split("/").filter((part) => part !== "");
    return Array.from({ length: parts.length + 1 }, (_, less) => ({
      directory: join(version.root, ...parts.slice(0, parts.length - less)),
      version,
    }));
  });
}

/** What is left to our own control group and to each above it that has a limit. */
export async function readGroups(): Promise<readonly MemoryFacts[]> {
  const own = await readFile("/proc/self/cgroup", "utf8").catch(() => "");
  const found = groupDirectories(own).map(async ({ directory, version }) => {
    const read = (name: string): Promise<string | undefined> =>
      readFile(join(directory, name), "utf8").catch(() => undefined);
    const [usage, stat, ...limits] = await Promise.all(
      [version.usage, "memory.stat", ...version.limits].map(read),
    );
    if (usage === undefined) return [];
    const facts = groupMemory({
      limits: limits.filter((text) => text !== undefined),
      usage,
      stat: stat ?? "",
    });
    return facts === undefined ? [] : [facts];
  });
  return (await Promise.all(found)).flat();
}
