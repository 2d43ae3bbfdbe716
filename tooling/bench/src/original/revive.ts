import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { connectQmp, machineArgv, type QmpSession } from "@winvm/qemu";
import { startProcess } from "@winvm/runtime";
import type { Job } from "@winvm/xchg";
import { firstByte } from "../benchmarks/first-byte.ts";
import { loadThroughGzip } from "./gzip.ts";
import type { OriginalState } from "./make-state.ts";
import { connectToGuest, guestMachine, makePlace, startSwitchAndController } from "./pair.ts";

/**
 * Stage 3 as it was in 2014 (O11, O14–O18, O21–O24): a switch; at the same time the guest, whose RAM comes out of
 * gzip, and a controller that boots; then SSH into the guest, whose SMB client finds a server that it does not know.
 * The job is the very same as ours and travels the same way. Whatever was slow for no reason is left out: waits are
 * as short as ours, and files are made before the clock runs.
 *
 * @returns milliseconds from the spawn of the first process to the first byte of the job's answer
 */
export async function reviveOriginal(state: OriginalState, job: Job): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const { installed, host } = state;
  const whole = await makePlace(state.disk, stack);
  // There were two shares then (O16).
  const shares = whole.shares.filter(({ tag }) => tag === "xchg" || tag === "nixstore");
  const place = { ...whole, shares };
  const nonce = randomBytes(16).toString("hex");
  await place.exchange.stageJob(job, { nonce, shares: place.shares });

  const started = performance.now();
  const pair = await startSwitchAndController(installed, host, place, stack);
  const [controller] = await Promise.all([
    pair.controller,
    startGuest(state, place, pair.socketDirectory, stack),
  ]);
  await connectToGuest(controller, installed, 120_000);
  const answer = firstByte();
  const { code } = await controller.guest(`exec bash /tmp/xchg/job/run-job.sh ${nonce}`, {
    stdout: answer.sink,
    timeoutMs: 120_000,
  });
  if (code !== 0) throw new Error(`the job of 2014 ended with ${code}`);
  return answer.at() - started;
}

async function startGuest(
  { host, disk, installed, gzip }: OriginalState,
  place: { readonly directory: string; readonly overlay: string },
  socketDirectory: string,
  stack: AsyncDisposableStack,
): Promise<QmpSession> {
  const machine = guestMachine(host, {
    disk: place.overlay,
    backing: {
      file: disk,
      format: "qcow2",
      backing: { file: installed.disk, format: "qcow2" },
    },
    socketDirectory,
    serialLog: join(place.directory, "guest.log"),
  });
  const child = stack.use(
    await startProcess({
      name: "the guest of 2014",
      file: host.features.binary,
      args: machineArgv(machine, { qmpFd: 3, portFds: [], incoming: true }, host.features),
      channels: 2,
    }),
  );
  const [control, stream] = child.channels;
  if (control === undefined || stream === undefined) throw new TypeError("both were asked for");
  return child.whileAlive("load the guest of 2014", async (signal) => {
    const qmp = stack.use(await connectQmp(control, { signal }));
    await loadThroughGzip(qmp, gzip, stream, 4);
    await qmp.execute("cont");
    return qmp;
  });
}
