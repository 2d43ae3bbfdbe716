import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatFaults, type Fault } from "@winvm/runtime";
import { XchgError } from "../errors.ts";
import { shellWord } from "./spoken-job.ts";

/** What a revived guest is to have of its own. */
export interface Settlement {
  /** A host name: 1 to 15 letters, digits and hyphens, as Windows takes them. Where it needs a restart for that, it stays. */
  readonly hostName?: string | undefined;
  /** 32 hexadecimal digits for `/etc/machine-id`, where there is such a file. */
  readonly machineId?: string | undefined;
  /** The command says `ready`, reads {@link clockOrder}, sets the clock and tells what it shows: {@link readClock}. */
  readonly clock: boolean;
}

const script = join(import.meta.dirname, "..", "..", "guest", "settle.sh");

/**
 * The command for the guest's shell that gives a guest what is its own (`guest/settle.sh`). Where it is a POSIX system it
 * becomes root by `doas`; on Windows the account has to be an administrator's.
 *
 * @throws XchgError `XCHG_JOB_INVALID` with all faults.
 */
export async function settleCommand(settlement: Settlement): Promise<string> {
  const { hostName, machineId, clock } = settlement;
  const faults: Fault[] = [];
  if (hostName !== undefined && !/^[A-Za-z\d](?:[A-Za-z\d-]{0,13}[A-Za-z\d])?$/.test(hostName)) {
    faults.push({
      path: "hostName",
      expected: "1 to 15 letters, digits, hyphens",
      value: hostName,
    });
  }
  if (machineId !== undefined && !/^[\da-f]{32}$/.test(machineId)) {
    faults.push({ path: "machineId", expected: "32 hexadecimal digits", value: machineId });
  }
  if (faults.length > 0) {
    throw new XchgError({
      code: "XCHG_JOB_INVALID",
      asked: "settle a guest",
      happened: formatFaults(faults),
      hint: "mend what is named",
      data: { faults },
    });
  }
  const text = (await readFile(script, "utf8")).replaceAll(/^\s*#.*\n/gm, "");
  const words = [
    "bash",
    "-c",
    text,
    "settle",
    ...(hostName === undefined ? [] : ["--name", hostName]),
    ...(machineId === undefined ? [] : ["--machine-id", machineId]),
    ...(clock ? ["--clock"] : []),
  ].map((word) => shellWord(Buffer.from(word)));
  const asRoot = `case $OSTYPE in linux*) [ "$EUID" = 0 ] || set -- doas ;; esac`;
  return `${asRoot}; exec "$@" ${words.join(" ")}`;
}

/** The line that a settling guest takes the time from, milliseconds since 1970. Pure. */
export function clockOrder(epochMs: number): string {
  return `${(epochMs / 1000).toFixed(3)}\n`;
}

/** What the guest's clock showed after it was set, milliseconds since 1970; `undefined` where it has not said. Pure. */
export function readClock(said: string): number | undefined {
  const [, seconds, fraction = ""] = /^clock=(\d{1,12})(?:\.(\d{1,9}))?$/m.exec(said) ?? [];
  if (seconds === undefined) return undefined;
  return Number(seconds) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
}
