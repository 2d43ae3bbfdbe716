import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createOverlay, startMachine } from "@winvm/qemu";
import type { BenchContext } from "../benchmark.ts";
import { figure } from "../harness/table.ts";
import type { Installed } from "../installed.ts";
import { scratchDirectory } from "../scratch.ts";
import { hostOf, type BenchHost } from "./controller.ts";
import { saveThroughGzip } from "./gzip.ts";
import { connectToGuest, guestMachine, makePlace, startSwitchAndController } from "./pair.ts";

/** What the system of 2014 kept: the guest's disk and its whole RAM through gzip; nothing of the controller. */
export interface OriginalState {
  readonly installed: Installed;
  readonly host: BenchHost;
  readonly disk: string;
  readonly gzip: string;
}

/**
 * Stage 2 as it was in 2014 (O9, O10, O25), with the same guest image, brought to the same point as ours before its
 * freeze: shares mounted, SSH tried, Windows programs warm. The guest's SMB connections are saved as they are and
 * lose their other end.
 */
export async function makeOriginalState(
  installed: Installed,
  { tell }: BenchContext,
  warmUp: string | undefined,
  stack: AsyncDisposableStack,
): Promise<OriginalState> {
  await using working = new AsyncDisposableStack();
  const host = await hostOf();
  const place = await makePlace(installed.disk, working);
  const kept = await scratchDirectory(stack);
  const [disk, gzip] = [join(kept, "disk.qcow2"), join(kept, "state.gz")];
  await createOverlay({ file: disk, backing: { file: installed.disk, format: "qcow2" } });
  tell("2014: boot the guest and a controller");
  const { socketDirectory, controller } = await startSwitchAndController(
    installed,
    host,
    place,
    working,
  );
  const guest = working.use(
    await startMachine(
      guestMachine(host, {
        disk,
        backing: { file: installed.disk, format: "qcow2" },
        socketDirectory,
        serialLog: join(place.directory, "guest.log"),
      }),
      { features: host.features },
    ),
  );
  const connection = await controller;
  await connectToGuest(connection, installed, 600_000);
  tell("2014: warm it up and mount its shares");
  const { code } = await connection.guest(
    [
      "winvm-warm; until winvm-mount-shares; do sleep 1; done",
      ...(warmUp === undefined ? [] : [warmUp]),
      "ls /tmp/xchg /nix/store",
    ].join("\n"),
    { timeoutMs: 600_000 },
  );
  if (code !== 0) throw new Error(`the guest's shares are not usable: code ${code}`);
  await guest.pause();
  tell("2014: save its RAM through gzip");
  const started = performance.now();
  const scratch = join(place.directory, "save");
  await mkdir(scratch);
  await saveThroughGzip(guest, gzip, scratch);
  const { size } = await stat(gzip);
  const seconds = (performance.now() - started) / 1000;
  tell(`2014: ${figure(size / 2 ** 20)} MiB saved in ${figure(seconds)} s`);
  await guest.kill();
  return { installed, host, disk, gzip };
}
