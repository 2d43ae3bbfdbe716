import { formatFaults, type Fault } from "@winvm/runtime";
import { VdeError } from "../errors.ts";

/** What a switch is like. */
export interface SwitchOptions {
  /**
   * The run directory. It is made private (0700) and, where it did not exist, removed with the switch. When absent, one
   * with a short path is made.
   */
  readonly directory?: string | undefined;
  /** How many ports there are, 1 to 65535; 32 when absent. */
  readonly ports?: number | undefined;
  /** Repeat every frame on every port (tagged 802.1Q frames need it). False when absent. */
  readonly hub?: boolean | undefined;
  /** Buckets of the table of addresses, a power of two from 1 to 65536; 128 when absent. */
  readonly hashSize?: number | undefined;
}

/** All that is wrong with the options. */
export function checkSwitchOptions(options: SwitchOptions): Fault[] {
  const faults: Fault[] = [];
  const { directory, ports, hashSize } = options;
  if (directory !== undefined && (!directory.startsWith("/") || directory.includes("\0"))) {
    faults.push({ path: "directory", expected: "an absolute path", value: directory });
  }
  if (ports !== undefined && !(Number.isInteger(ports) && ports >= 1 && ports <= 65_535)) {
    faults.push({ path: "ports", expected: "a whole number from 1 to 65535", value: ports });
  }
  if (hashSize !== undefined && !isPowerOfTwo(hashSize)) {
    faults.push({ path: "hashSize", expected: "a power of two from 1 to 65536", value: hashSize });
  }
  return faults;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_536 && (value & (value - 1)) === 0;
}

/**
 * The arguments of `vde_switch`. Pure.
 *
 * @throws VdeError `VDE_INVALID_OPTIONS` with all faults in `data.faults`.
 */
export function switchArguments(socketDirectory: string, options: SwitchOptions): string[] {
  const faults = checkSwitchOptions(options);
  if (faults.length > 0) {
    throw new VdeError({
      code: "VDE_INVALID_OPTIONS",
      asked: "start vde_switch",
      happened: `the options are wrong\n${formatFaults(faults)}`,
      data: { faults },
    });
  }
  // Neither the system's nor the user's start-up file may change what the switch does.
  const hermetic = ["--rcfile", "/dev/null"];
  const access = ["--sock", socketDirectory, "--dirmode", "0700", "--mode", "0600"];
  const numports = ["--numports", String(options.ports ?? 32)];
  const hashsize = ["--hashsize", String(options.hashSize ?? 128)];
  return [...access, ...hermetic, ...numports, ...hashsize, ...(options.hub ? ["--hub"] : [])];
}
