import { PassThrough } from "node:stream";
import { withDeadline } from "@winvm/runtime";
import { clockOrder, readClock, settleCommand } from "@winvm/xchg";
import { settleFailure, requireAccuracy, type ClockSetting } from "../clone/clock.ts";
import type { ClockChoice } from "../clone/clock-choice.ts";
import type { CloneIdentity } from "../clone/identity.ts";
import type { Clone } from "../clone/revive.ts";

/** How long a revived guest may take to set its clock and names. */
const limitMs = 60_000;

/**
 * Gives a revived guest what it is to have of its own: names, and the time, which the controller gets too (Samba notes it in
 * the times of files). Where nothing is asked for nothing is done. The clock comes last, as near to the command as can be.
 *
 * @throws PipelineError `PIPELINE_SETTLE_FAILED`; errors of `@winvm/controller` and `@winvm/runtime`.
 */
export async function settleGuest(
  clone: Clone,
  clock: ClockChoice | undefined,
  identity: CloneIdentity | undefined,
  signal: AbortSignal,
): Promise<ClockSetting | undefined> {
  const sets = clock !== undefined && clock !== "frozen";
  if (!sets && identity === undefined) return undefined;
  const command = await settleCommand({
    hostName: identity?.hostName,
    machineId: identity?.machineId,
    clock: sets,
  });
  return withDeadline(
    "settle the revived guest",
    (inner) => settle(clone, command, sets ? clock : undefined, inner),
    { signal, timeoutMs: limitMs },
  );
}

async function settle(
  { controller, mounted }: Clone,
  command: string,
  clock: "host" | Date | undefined,
  signal: AbortSignal,
): Promise<ClockSetting | undefined> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const words = stderr.setEncoding("utf8").toArray();
  const ended = controller
    .guest(command, { stdin, stdout, stderr, signal })
    .finally(() => [stdout, stderr].forEach((stream) => stream.end()));
  ended.catch(() => {});
  let controllerSet: Promise<void> | undefined;
  let told = 0;
  let sentAt = 0;
  let setting: ClockSetting | undefined;
  let said = "";
  for await (const chunk of stdout.setEncoding("utf8")) {
    said += String(chunk);
    if (sentAt === 0 && said.startsWith("ready\n") && clock !== undefined) {
      // A given time is the command's: nothing of the revival may come in between.
      if (clock instanceof Date) await mounted;
      told = clock instanceof Date ? clock.getTime() : Date.now();
      sentAt = performance.now();
      stdin.end(clockOrder(told));
      controllerSet = controller.setClock(new Date(told), { signal });
      controllerSet.catch(() => {});
    }
    if (setting === undefined && said.endsWith("\n") && readClock(said) !== undefined) {
      const atMs = performance.now();
      setting = { shownMs: requireAccuracy(told, readClock(said), atMs - sentAt), atMs };
    }
  }
  const { code } = await ended;
  const complaint = (await words).join("").trim();
  if (code !== 0 || (clock !== undefined && setting === undefined)) {
    throw settleFailure(complaint === "" ? `its command ended with ${String(code)}` : complaint);
  }
  await controllerSet;
  return setting;
}
