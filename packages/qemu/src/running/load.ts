import type { WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import type { QemuFeatures } from "../features/features.ts";
import type { QmpSession } from "../qmp/session.ts";
import { endingWords, lastWords } from "../process/last-words.ts";
import type { RunningMachine } from "./running-machine.ts";

/** What a save and a revival must agree on: RAM stays in its file, and the end is told by an event. */
export async function setTemplateCapabilities(qmp: QmpSession, wait: WaitOptions): Promise<void> {
  await qmp.execute(
    "migrate-set-capabilities",
    {
      capabilities: [
        { capability: "events", state: true },
        { capability: "x-ignore-shared", state: true },
      ],
    },
    wait,
  );
}

/** The states in which a migration stays for good. */
export function isFinal(status: string): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/**
 * Where a state comes from that is a regular file, open as the descriptor. QEMU 7.2 has no other way than `fd:`, which 11.1
 * refuses for regular files (both tried).
 */
export function stateUri(stateFd: number, features: Pick<QemuFeatures, "fileTransport">): string {
  // Opened by this name it is the inherited file, whatever has become of its own.
  return features.fileTransport ? `file:/dev/fd/${stateFd}` : `fd:${stateFd}`;
}

/**
 * Loads a device state.
 *
 * @param uri See {@link stateUri}.
 * @throws {QemuError} `QEMU_REVIVE_FAILED`
 */
export async function loadState(
  machine: Pick<RunningMachine, "machine" | "process" | "qmp">,
  uri: string,
  wait: WaitOptions,
): Promise<void> {
  const { qmp, process } = machine;
  const asked = `revive the machine ${machine.machine.name}`;
  let status: string;
  try {
    status = await process.whileAlive(
      asked,
      async (signal) => {
        await Promise.all([
          setTemplateCapabilities(qmp, { signal }),
          // The switch is a new one, which has nothing to unlearn: nobody need be told where the machine is now, and the
          // guest is not woken to do so.
          qmp.execute("migrate-set-parameters", { "announce-rounds": 0 }, { signal }),
        ]);
        // The event may come before the command's answer.
        const end = qmp.nextEvent("MIGRATION", { signal, where: (data) => isFinal(data.status) });
        await qmp.execute("migrate-incoming", { uri }, { signal });
        return (await end).data.status;
      },
      wait,
    );
  } catch (cause) {
    // QEMU ends itself when it can't read the state; its last words say why.
    const happened = await lastWords(process, cause);
    if (happened === undefined) throw cause;
    throw reviveFailure(asked, happened, cause);
  }
  if (status === "completed") return;
  // QEMU 7.2 ends itself now; newer ones may stay and tell.
  const told = qmp.execute("query-migrate", {}, wait).then(
    (info) => info["error-desc"],
    () => undefined,
  );
  const words = (await endingWords(process)) ?? (await told) ?? "no reason";
  throw reviveFailure(asked, `loading ended as ${status}: ${words}`);
}

function reviveFailure(asked: string, happened: string, cause?: unknown): QemuError {
  return new QemuError({
    code: "QEMU_REVIVE_FAILED",
    asked,
    happened,
    hint: "a state is revived by the QEMU build, machine and devices that saved it: make it anew",
    cause,
  });
}
