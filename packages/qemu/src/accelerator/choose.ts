import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import type { WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import { stampOf } from "../features/cache.ts";
import { defaultBinary, detectFeatures } from "../features/detect.ts";
import type { QemuFeatures } from "../features/features.ts";
import { bootFirmware, type FirmwareBoot } from "./boot-firmware.ts";
import { keepChoice, keptChoice } from "./cache.ts";

const kvmDevice = "/dev/kvm";

export type Accelerator = "kvm" | "tcg";

/** What the choice rests on. */
export interface AcceleratorEvidence {
  /** What became of opening `/dev/kvm`; absent where KVM was not looked at. */
  readonly device?: string | undefined;
  /** The processor's `vmx` or `svm` flag; `none` is a warning, not a proof. */
  readonly cpuFlag?: "vmx" | "svm" | "none" | undefined;
  /** What the firmware did under KVM. */
  readonly boot?: FirmwareBoot | undefined;
  /** The answer is of an earlier process. */
  readonly cached?: boolean | undefined;
}

export interface AcceleratorChoice {
  readonly accelerator: Accelerator;
  /** A sentence for people. */
  readonly reason: string;
  readonly evidence: AcceleratorEvidence;
}

export interface ChooseAcceleratorOptions extends WaitOptions {
  /** Forces the choice without a trial; so does the environment variable `WINVM_ACCELERATOR`, which is weaker. */
  readonly accelerator?: Accelerator | "auto" | undefined;
  /** A program's name or path; `qemu-system-x86_64` when absent. */
  readonly binary?: string | undefined;
  /**
   * Keeps the answer until the host is booted anew, QEMU changes, or what this user may do with `/dev/kvm`. A failure that
   * may tell of the moment only is kept for ten minutes where it has taken long, else not at all.
   */
  readonly cacheFile?: string | undefined;
  /** Tries again whatever `cacheFile` says, and keeps the new answer: on a host that was busy, KVM may have been too slow once. */
  readonly anew?: boolean | undefined;
  /** As `cacheFile` of `detectFeatures`: without it each process starts QEMU once only to ask it. */
  readonly featuresCacheFile?: string | undefined;
  /** How long the firmware may take under KVM, in milliseconds; 2000 when absent (TCG takes 100 to 300). */
  readonly bootLimitMs?: number | undefined;
}

/**
 * Finds out whether KVM works here by booting firmware under it. That `/dev/kvm` exists, opens and makes virtual
 * machines proves nothing: there are hosts on which all that succeeds and no guest gets anywhere.
 *
 * @throws {QemuError} `QEMU_ACCELERATOR_UNAVAILABLE` for an unknown name; `QEMU_FEATURES_UNKNOWN`
 */
export async function chooseAccelerator(
  options: ChooseAcceleratorOptions = {},
): Promise<AcceleratorChoice> {
  const forced = forcedChoice(options.accelerator);
  if (forced !== undefined) return forced;
  const features = await detectFeatures({
    binary: options.binary ?? defaultBinary,
    cacheFile: options.featuresCacheFile,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  });
  const device = await openable(kvmDevice);
  const stamp = JSON.stringify(await stampOf(features.executable));
  const occasion = {
    boot: await bootId(),
    qemu: `${features.binary} ${stamp} ${features.version} ${kvmDevice} ${device}`,
  };
  const cached = options.anew === true ? undefined : await keptChoice(options.cacheFile, occasion);
  if (cached !== undefined) return cached;
  const choice = await tryKvm(features, device, options);
  const limits = { signal: options.signal, limitMs: options.bootLimitMs ?? bootLimitMs };
  const tells = await tellsOfHost(choice.evidence, () => bootFirmware(features, "tcg", limits));
  // To try again costs nothing where QEMU ends at once, but the whole limit where the guest does not get anywhere.
  if (tells) await keepChoice(options.cacheFile, occasion, choice);
  else if (choice.evidence.boot?.outcome === "stalled")
    await keepChoice(options.cacheFile, occasion, choice, retryMs);
  return choice;
}

/** Milliseconds when the caller sets no limit. */
const bootLimitMs = 2000;

/** How long a trial counts that may have failed for what was at that moment: not every run is to pay for another. */
const retryMs = 600_000;

/**
 * Whether a trial tells of the host, and not only of that moment: another may have used KVM or the memory, or the processors
 * were busy.
 *
 * @param emulated the same boot without KVM, which gets through where the processors are not too busy for it.
 */
export async function tellsOfHost(
  { boot, cpuFlag }: AcceleratorEvidence,
  emulated: () => Promise<Pick<FirmwareBoot, "outcome">>,
): Promise<boolean> {
  // That nothing was tried, or that it worked, or could not on this processor, is so until the next boot.
  if (boot === undefined || boot.outcome === "booted" || cpuFlag === "none") return true;
  return boot.outcome === "stalled" && (await emulated()).outcome === "booted";
}

function forcedChoice(option: string | undefined): AcceleratorChoice | undefined {
  const variable = process.env["WINVM_ACCELERATOR"];
  const [name, source] =
    option === undefined ? [variable, "WINVM_ACCELERATOR"] : [option, "the caller"];
  if (name === undefined || name === "" || name === "auto") return undefined;
  if (name === "kvm" || name === "tcg") {
    return { accelerator: name, reason: `${source} asks for ${name}`, evidence: {} };
  }
  throw new QemuError({
    code: "QEMU_ACCELERATOR_UNAVAILABLE",
    asked: "choose an accelerator",
    happened: `${source} asks for ${JSON.stringify(name)}`,
    hint: "use kvm, tcg or auto",
    data: { name },
  });
}

async function tryKvm(
  features: QemuFeatures,
  device: string,
  options: ChooseAcceleratorOptions,
): Promise<AcceleratorChoice> {
  if (!features.kvm) return tcg("this QEMU was built without KVM", {});
  if (device !== "ok") return tcg(`${kvmDevice} can't be used: ${device}`, { device });
  const cpuFlag = await readCpuFlag();
  const limitMs = options.bootLimitMs ?? bootLimitMs;
  const boot = await bootFirmware(features, "kvm", { signal: options.signal, limitMs });
  const evidence = { device, cpuFlag, boot };
  if (boot.outcome === "booted") {
    return {
      accelerator: "kvm",
      reason: `firmware boots under KVM in ${boot.elapsedMs} ms`,
      evidence,
    };
  }
  const flagless = cpuFlag === "none" ? "; the processor shows neither vmx nor svm" : "";
  return tcg(`${kvmDevice} opens, but ${boot.explanation}${flagless}`, evidence);
}

function tcg(reason: string, evidence: AcceleratorEvidence): AcceleratorChoice {
  return { accelerator: "tcg", reason, evidence };
}

/** `ok`, or why it can't be opened; that it can proves nothing yet. */
async function openable(device: string): Promise<string> {
  return access(device, constants.R_OK | constants.W_OK).then(
    () => "ok",
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

async function readCpuFlag(): Promise<"vmx" | "svm" | "none"> {
  const cpuinfo = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  const found = /\b(?:vmx|svm)\b/.exec(cpuinfo)?.[0];
  return found === "vmx" || found === "svm" ? found : "none";
}

/** Differs after each boot of the host: a module may be loaded, a virtual machine moved. (random(4)) */
async function bootId(): Promise<string> {
  const id = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "unknown");
  return id.trim();
}
