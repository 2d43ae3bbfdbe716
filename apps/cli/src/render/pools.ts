import type { PoolReport } from "@winvm/pipeline";
import { formatSize } from "./format.ts";
import { formatTable } from "./table.ts";

/** A pool in a line. */
export function poolLine({ guest, ready, size, pid, privateBytes }: PoolReport): string {
  return `${guest}: ${ready} of ${size} ready (process ${pid}, ${formatSize(privateBytes)} of their own)`;
}

/** The pools of a store for people. */
export function poolTable(pools: readonly PoolReport[]): string {
  const rows = pools.map((pool) => [
    String(pool.pid),
    pool.guest,
    pool.stateKey.slice(0, 12),
    pool.idle ? "asleep" : `${pool.ready} of ${pool.size}`,
    String(pool.running),
    String(pool.served),
    formatSize(pool.privateBytes),
  ]);
  return formatTable(
    [["PID", "GUEST", "STATE", "READY", "RUNNING", "SERVED", "MEMORY"], ...rows],
    [6],
  );
}
