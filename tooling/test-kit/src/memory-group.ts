import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished, type TestContext } from "vitest";

/** A control group with a memory limit of its own. */
export interface MemoryGroup {
  /** Words to put before a command line: that process, and all that it starts, is in the group. */
  readonly within: readonly string[];
  /** How many processes of the group the kernel has ended because its memory ran out. */
  killed(): number;
}

/** Where a group can be, and what its files are called (cgroup-v2.rst, cgroup-v1/memory.rst). */
interface GroupPlace {
  readonly parent: string;
  readonly limit: string;
  /** Limits that a host may do without. */
  readonly more: readonly (readonly [name: string, bytes: (limit: number) => number])[];
  readonly events: string;
}

/**
 * Makes a control group with this limit, without swap; its processes have to end before the test, and it is removed then.
 * Skips the test, with the reason, where none can be made.
 */
export function memoryGroup(context: TestContext, limitBytes: number): MemoryGroup {
  if (process.getuid?.() !== 0) context.skip("a control group needs root");
  for (const place of places(readFileSync("/proc/self/cgroup", "utf8"))) {
    const directory = join(place.parent, `winvm-test-${process.pid}-${limitBytes}`);
    try {
      mkdirSync(directory);
    } catch {
      continue;
    }
    try {
      writeFileSync(join(directory, place.limit), `${limitBytes}`);
    } catch {
      // No memory is counted here, or by the other version of control groups.
      rmdirSync(directory);
      continue;
    }
    onTestFinished(() => remove(directory));
    for (const [name, bytes] of place.more) {
      try {
        writeFileSync(join(directory, name), `${bytes(limitBytes)}`);
      } catch {
        // No swap is counted.
      }
    }
    const script = 'echo $$ >"$0" && exec "$@"';
    return {
      within: ["/bin/sh", "-c", script, join(directory, "cgroup.procs")],
      killed() {
        const text = readFileSync(join(directory, place.events), "utf8");
        return Number(/^oom_kill (\d+)$/m.exec(text)?.[1]);
      },
    };
  }
  return context.skip("this system does not let us make a control group with a memory limit");
}

/**
 * Below our own group, or the nearest above it that lets us: in version 2 no group that has processes may have groups with
 * limits below it.
 */
function places(own: string): readonly GroupPlace[] {
  return own.split("\n").flatMap((line) => {
    const [, controllers = "", path = ""] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    const memory1 = controllers.split(",").includes("memory");
    if (path === "" || !(memory1 || controllers === "")) return [];
    const parts = path.split("/").filter((part) => part !== "");
    return Array.from({ length: parts.length + 1 }, (_, less): GroupPlace => {
      const above = parts.slice(0, parts.length - less);
      return memory1
        ? {
            parent: join("/sys/fs/cgroup/memory", ...above),
            limit: "memory.limit_in_bytes",
            more: [["memory.memsw.limit_in_bytes", (limit) => limit]],
            events: "memory.oom_control",
          }
        : {
            parent: join("/sys/fs/cgroup", ...above),
            limit: "memory.max",
            more: [["memory.swap.max", () => 0]],
            events: "memory.events",
          };
    });
  });
}

/** A group can be removed once its last process has been waited for. */
async function remove(directory: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      rmdirSync(directory);
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(100);
    }
  }
}
