import { readdir, readFile } from "node:fs/promises";

/** The programs that a clone consists of. */
const ofClone = /^(?:\S*\/)?(?:qemu-system-\w+|vde_switch|swtpm)$/;

/**
 * What the machines and switches below a process have for themselves: pages that nobody else uses, in bytes
 * (`Private_Clean` and `Private_Dirty` of smaps_rollup, proc_pid_smaps(5)).
 *
 * @throws Error where something of it was swapped out, since that would not be seen.
 */
export async function privateBytes(parent: number): Promise<number> {
  let sum = 0;
  for (const pid of await descendants(parent)) {
    const [program = ""] = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split(
      "\0",
    );
    if (!ofClone.test(program)) continue;
    const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
    if (kilobytes(text, "Swap") > 0) throw new Error(`a part of ${program} is swapped out`);
    sum += (kilobytes(text, "Private_Clean") + kilobytes(text, "Private_Dirty")) * 1024;
  }
  if (sum === 0) throw new Error("there are no machines");
  return sum;
}

function kilobytes(text: string, name: string): number {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`smaps_rollup has no ${name}`);
  return Number(value);
}

/** Children of a process, all the way down. */
async function descendants(parent: number): Promise<readonly number[]> {
  const children = new Map<number, number[]>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const owner = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(owner, [...(children.get(owner) ?? []), Number(name)]);
  }
  const below = (of: number): readonly number[] =>
    (children.get(of) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(parent);
}
