import { formatFaults, type Fault, type WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import type { RunningMachine } from "./running-machine.ts";

/** The keys of one chord: `ctrl-alt-delete`. */
export function parseChord(chord: string): readonly { type: "qcode"; data: string }[] {
  return chord.split("-").map((data) => ({ type: "qcode", data }));
}

/** Presses chords one after the other; QEMU queues them with its own delays. */
export async function pressKeys(
  machine: Pick<RunningMachine, "machine" | "qmp">,
  keys: readonly string[],
  wait: WaitOptions,
): Promise<void> {
  const asked = `press keys: machine ${machine.machine.name}`;
  const faults: Fault[] = keys.flatMap((chord, index) =>
    /^[a-z0-9_]+(?:-[a-z0-9_]+)*$/.test(chord)
      ? []
      : [{ path: `keys[${index}]`, expected: "names of keys joined by dashes", value: chord }],
  );
  if (faults.length > 0) throw keysFailure(asked, formatFaults(faults), { faults });
  for (const chord of keys) {
    try {
      // QEMU checks the names: they grow with its versions.
      await machine.qmp.executeAny("send-key", { keys: parseChord(chord) }, wait);
    } catch (cause) {
      if (!(cause instanceof QemuError) || cause.code !== "QEMU_QMP_COMMAND_FAILED") throw cause;
      throw keysFailure(asked, cause.happened, { chord }, cause);
    }
  }
}

function keysFailure(
  asked: string,
  happened: string,
  data: Record<string, unknown>,
  cause?: unknown,
): QemuError {
  return new QemuError({
    code: "QEMU_KEYS_INVALID",
    asked,
    happened,
    hint: "use names of QEMU's QKeyCode, such as a, ret, ctrl, minus",
    cause,
    data,
  });
}
