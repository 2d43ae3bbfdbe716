import { availableParallelism, totalmem } from "node:os";
import { formatFaults, type Fault } from "@winvm/runtime";
import type { GuestProfile } from "@winvm/unattend";
import { PipelineError } from "../errors.ts";
import type { GuestRequest } from "../request.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** The resources of a pair's guest that may be asked for. */
type Resources = Pick<GuestRequest, "memoryBytes" | "cpus">;

/** What a host can give. */
interface HostResources {
  readonly memoryBytes: number;
  readonly cpus: number;
}

/** Less than this, and Wine has no room. */
const leastForReference = GiB;

/** QEMU's machines take no more, as `requireValidMachine` has it. */
const mostCpus = 64;

/** The profile with other resources; what is absent stays the catalogue's. Pure. */
export function withResources(
  profile: GuestProfile,
  { memoryBytes, cpus }: Resources,
): GuestProfile {
  if (memoryBytes === undefined && cpus === undefined) return profile;
  const { hardware } = profile;
  return {
    ...profile,
    hardware: {
      ...hardware,
      memoryBytes: memoryBytes ?? hardware.memoryBytes,
      cpus: cpus ?? hardware.cpus,
    },
  };
}

/** All that is wrong with what was asked for. Pure. */
export function resourceFaults(
  { name, hardware }: GuestProfile,
  { memoryBytes, cpus }: Resources,
  host: HostResources,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (memoryBytes !== undefined) {
    const least =
      name === "reference"
        ? Math.min(leastForReference, hardware.memoryBytes)
        : hardware.memoryBytes;
    const expected = `whole MiB, from ${mib(least)} (what this guest needs) to ${mib(host.memoryBytes)} (what this host has)`;
    const fits = memoryBytes >= least && memoryBytes <= host.memoryBytes;
    if (!fits || memoryBytes % MiB !== 0)
      faults.push({ path: "memoryBytes", expected, value: memoryBytes });
  }
  if (cpus !== undefined) {
    const most = Math.min(mostCpus, Math.max(host.cpus, hardware.cpus));
    const expected = `a whole number from ${hardware.cpus} (what this guest needs) to ${most} (what this host has)`;
    if (!Number.isInteger(cpus) || cpus < hardware.cpus || cpus > most)
      faults.push({ path: "cpus", expected, value: cpus });
  }
  return faults;
}

/**
 * The guest as its pair has it; its installation has the catalogue's resources.
 *
 * @throws PipelineError `PIPELINE_INVALID_REQUEST` with all faults.
 */
export function pairSource<Source extends { readonly profile: GuestProfile }>(
  source: Source,
  request: Resources,
): Source {
  const faults = resourceFaults(source.profile, request, hostResources());
  if (faults.length === 0) return { ...source, profile: withResources(source.profile, request) };
  throw new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: `freeze ${source.profile.title}`,
    happened: `the request can't be carried out:\n${formatFaults(faults)}`,
    hint: "correct what is named above; nothing was started",
    data: { faults },
  });
}

function hostResources(): HostResources {
  // 0, or more than there is, where no control group limits it.
  const limit = process.constrainedMemory();
  const memoryBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { memoryBytes, cpus: availableParallelism() };
}

function mib(bytes: number): string {
  return `${Math.floor(bytes / MiB)} MiB`;
}
