import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Controller } from "@winvm/controller";
import { formatFaults, traced, type Fault } from "@winvm/runtime";
import type { Exchange, Share } from "@winvm/xchg";
import { PipelineError } from "../errors.ts";

/** What the gate checks. */
export interface SealGate {
  readonly controller: Controller;
  readonly exchange: Exchange;
  readonly shares: readonly Share[];
  /** What the caller wants to have run before the freeze. */
  readonly warmUp?: string | undefined;
  readonly nonce: string;
  readonly signal: AbortSignal;
}

/** What the gate saw and a revival can be compared with. */
export interface SealedFacts {
  /** Seconds since the epoch on the guest's clock. */
  readonly guestEpoch: number;
  /** `SSH_CONNECTION` in the guest: both ends of the TCP connection that is frozen. */
  readonly sshConnection: string;
  /** The SMB sessions that are frozen, and the smbd processes that serve them. */
  readonly smbSessions: readonly { readonly id: string; readonly serverPid: number }[];
}

/**
 * The last look before a pair is frozen: every share can be read, and written exactly where it may be; a command's
 * output arrives and its exit code is its own; the guest's own set-up says that it is complete. A pair that fails
 * any of it is not sealed.
 *
 * @throws PipelineError `PIPELINE_SUSPEND_FAILED` with all faults.
 */
export async function passSealGate(gate: SealGate): Promise<SealedFacts> {
  const { controller, signal } = gate;
  const faults: Fault[] = [];
  // The guest mounts its shares when it finds the controller; this waits for that, or says why not.
  const mounted = await ask(gate, "winvm-mount-shares");
  if (mounted.code !== 0) {
    faults.push({ path: "winvm-mount-shares", expected: "code 0", value: mounted });
  }
  // What warms the guest runs first: the checks below are then the first to profit.
  await controller.guest("if command -v winvm-warm >/dev/null 2>&1; then winvm-warm; fi", {
    signal,
  });
  if (gate.warmUp !== undefined) {
    const warmed = await ask(gate, gate.warmUp);
    if (warmed.code !== 0) {
      faults.push({ path: "warm-up", expected: "code 0", value: warmed });
    }
  }
  const marker = await ask(
    gate,
    "cat /cygdrive/c/winvm/failed 2>/dev/null; test -e /cygdrive/c/winvm/installed",
  );
  if (marker.code !== 0) {
    faults.push({
      path: "C:\\winvm\\installed",
      expected: "the set-up's word that it is complete",
      value: marker.output,
    });
  }
  for (const share of gate.shares) {
    const found = await traced(
      () => ({ group: "winvm", lane: "checks", name: `check the share ${share.tag}` }),
      () => checkShare(gate, share),
    );
    faults.push(...found);
  }
  return lookAtPair(gate, faults);
}

/**
 * What every freeze looks at last: a command's output and exit code, the clock, the connections.
 *
 * @param faults what was found before.
 * @throws PipelineError `PIPELINE_SUSPEND_FAILED` with all faults.
 */
export async function lookAtPair(
  gate: Pick<SealGate, "controller" | "nonce" | "signal">,
  faults: Fault[] = [],
): Promise<SealedFacts> {
  const { controller, nonce, signal } = gate;
  const canary = await ask(gate, `printf %s ${nonce}; exit 7`);
  if (canary.code !== 7 || canary.output !== nonce) {
    faults.push({ path: "canary", expected: `code 7 and ${nonce}`, value: canary });
  }
  const clock = await ask(gate, "date +%s");
  const guestEpoch = Number(clock.output.trim());
  if (!Number.isSafeInteger(guestEpoch) || guestEpoch <= 0) {
    faults.push({ path: "clock", expected: "seconds since the epoch", value: clock.output });
  }
  const ssh = await ask(gate, 'printf %s "$SSH_CONNECTION"');
  const { sessions } = await controller.sambaStatus({ signal });
  if (sessions.length === 0) {
    faults.push({ path: "SMB sessions", expected: "one at least", value: sessions });
  }
  if (faults.length > 0) {
    throw new PipelineError({
      code: "PIPELINE_SUSPEND_FAILED",
      asked: "check the pair before the freeze",
      happened: `it is not fit to be frozen:\n${formatFaults(faults)}`,
      hint: "see guest.log and controller.log in the evidence directory",
      data: { faults },
    });
  }
  return {
    guestEpoch,
    sshConnection: ssh.output,
    smbSessions: sessions.map(({ id, serverPid }) => ({ id, serverPid })),
  };
}

async function checkShare(gate: SealGate, share: Share): Promise<Fault[]> {
  const faults: Fault[] = [];
  const name = `.winvm-${gate.nonce}`;
  const onHost = join(share.directory, name);
  const inGuest = `${share.guestPath}/${name}`;
  await mkdir(share.directory, { recursive: true });
  await writeFile(onHost, gate.nonce, { mode: 0o666 });
  const read = await ask(gate, `cat '${inGuest}'`);
  if (read.output !== gate.nonce) {
    faults.push({ path: `${share.tag} read`, expected: gate.nonce, value: read });
  }
  const write = await ask(gate, `printf %s ${gate.nonce} >'${inGuest}.w' && cat '${inGuest}.w'`);
  const written = await readFile(`${onHost}.w`, "utf8").catch(() => undefined);
  if (share.readOnly && (write.code === 0 || written !== undefined)) {
    faults.push({
      path: `${share.tag} write`,
      expected: "a refusal, the share is read-only",
      value: write,
    });
  }
  if (!share.readOnly && written !== gate.nonce) {
    faults.push({ path: `${share.tag} write`, expected: gate.nonce, value: written ?? write });
  }
  await Promise.all([onHost, `${onHost}.w`].map((file) => rm(file, { force: true })));
  return faults;
}

async function ask(
  gate: Pick<SealGate, "controller" | "signal">,
  command: string,
): Promise<{ code: number | null; output: string; errors: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [output, errors, { code }] = await Promise.all([
    stdout.setEncoding("utf8").toArray(),
    stderr.setEncoding("utf8").toArray(),
    gate.controller.guest(command, { stdout, stderr, signal: gate.signal }).finally(() => {
      stdout.end();
      stderr.end();
    }),
  ]);
  return { code, output: output.join(""), errors: errors.join("").trim() };
}
