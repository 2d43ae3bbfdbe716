import type { MachineExit } from "@winvm/qemu";
import { PipelineError } from "../errors.ts";

/** What there is to say of a machine that has ended under a job, by its name. Pure. */
export function machineEnded(machine: string, end: MachineExit, cause?: unknown): PipelineError {
  const { exit, shutdown, panicked } = end;
  return new PipelineError({
    code: "PIPELINE_MACHINE_ENDED",
    asked: "run the job",
    happened: `the machine ${machine} ended: ${howItEnded(end)}`,
    hint:
      exit.signal === "SIGKILL"
        ? "the kernel ends processes so when memory runs out, and `dmesg` tells of it: run fewer at once, give the guest less with --memory, or give winvm more"
        : "run it again, in a new clone; if that ends, too, the evidence has the machine's command line, and what it has printed",
    ...(cause === undefined ? {} : { cause }),
    data: {
      machine,
      ...exit,
      ...(shutdown === undefined ? {} : { shutdown: shutdown.reason }),
      ...(panicked === true ? { panicked } : {}),
    },
  });
}

function howItEnded({ exit, shutdown, panicked, recentOutput }: MachineExit): string {
  if (panicked === true) return "its kernel panicked";
  if (shutdown !== undefined) return `it was shut down (${shutdown.reason})`;
  const output = recentOutput.trim();
  const end = `QEMU ended with ${exit.signal ?? `code ${exit.code}`}`;
  return output === "" ? end : `${end}: ${output}`;
}
