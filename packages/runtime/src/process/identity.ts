import { readdir, readFile, readlink } from "node:fs/promises";

/** A process that can't be mistaken for a later one with the same number, nor for one of another container. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/PID/stat` (proc(5)): clock ticks after boot at which the process started. */
  readonly startTime: string;
  /** In which namespace the number counts: `pid:[4026531836]`. Absent where that was not written down. */
  readonly pidNamespace?: string;
  /** `/proc/sys/kernel/random/boot_id`. Absent where that was not written down. */
  readonly bootId?: string;
}

/** Who has this process number now; `undefined` when nobody has. */
export async function processIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  const startTime = await runningSince(pid);
  return startTime === undefined ? undefined : { pid, startTime, ...(await here()) };
}

/**
 * Whether that very process still runs (a zombie does not).
 *
 * One that was started before another boot does not. One of another namespace of process numbers, as in a container, may
 * have been given a boot of its own (systemd-nspawn does that), so there only the host can tell, which sees all processes.
 * From within a container it counts as alive: what is alive must not be taken for dead.
 */
export async function isProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  const { pidNamespace, bootId } = await here();
  const { pid, startTime } = identity;
  if (!differ(identity.pidNamespace, pidNamespace))
    return !differ(identity.bootId, bootId) && (await runningSince(pid)) === startTime;
  return pidNamespace !== initialNamespace || (await maybeSeen(identity));
}

/** Whether it is of a container into which nobody can see from here, so that {@link isProcessAlive} can't tell. */
export async function isOutOfSight(identity: ProcessIdentity): Promise<boolean> {
  const { pidNamespace } = await here();
  return pidNamespace !== initialNamespace && differ(identity.pidNamespace, pidNamespace);
}

/** The start time in a line of `/proc/PID/stat`; the name in parentheses may hold blanks and parentheses. */
export function parseStartTime(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/** The host's, above all others: PROC_PID_INIT_INO of Linux' include/linux/proc_ns.h. */
const initialNamespace = "pid:[4026531836]";

type Place = Pick<ProcessIdentity, "pidNamespace" | "bootId">;
let place: Promise<Place> | undefined;

/** Where this process runs; what can't be read is left out. */
function here(): Promise<Place> {
  place ??= (async () => {
    const [pidNamespace, bootId] = await Promise.all([
      readlink("/proc/self/ns/pid").catch(() => undefined),
      readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => undefined),
    ]);
    return {
      ...(pidNamespace !== undefined && { pidNamespace }),
      ...(bootId !== undefined && { bootId: bootId.trim() }),
    };
  })();
  return place;
}

/** Whether two are known and not the same: older versions wrote neither down. */
function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

async function runningSince(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return /\) [ZX] /.test(stat) ? undefined : parseStartTime(stat);
  } catch {
    return undefined;
  }
}

/**
 * Whether a process runs that has this number in a namespace below this one, and this start time, which all count alike; or
 * whether that can't be told: `/proc` may be mounted so that one sees one's own processes only (`hidepid`).
 */
async function maybeSeen({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  try {
    await readFile("/proc/1/status");
    // One after the other: a host may have more processes than this one may have files open.
    for (const name of await readdir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      // The last is the process' own view.
      const inner = /^NSpid:.*\s(\d+)$/m.exec(await statusOf(name))?.[1];
      if (inner === String(pid) && (await runningSince(Number(name))) === startTime) return true;
    }
    return false;
  } catch {
    return true;
  }
}

async function statusOf(pid: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/status`, "utf8");
  } catch (error) {
    // It has ended since.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw error;
  }
}
