import { chmod, copyFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDisk, findFirmware, startMachine, type MachineFirmware } from "@winvm/qemu";
import { createSshKeyPair, setupLabel, writeFloppy, writeIsoFile } from "@winvm/unattend";
import type { Context } from "../../context.ts";
import { guestMachine } from "../../machines/guest-machine.ts";
import { requireTpm, startTpm } from "../../machines/tpm.ts";
import { imageFiles } from "../../store/layout.ts";
import type { MadeEntry } from "../../store/store.ts";
import { requireCygwin } from "../cygwin-iso.ts";
import type { GuestSource } from "../guest-source.ts";
import { makeSecrets } from "../secrets.ts";
import { answerWith, setupMedia } from "../setup-media.ts";
import type { Tell } from "../stage.ts";
import { setupComplete, watchSetup } from "../watch-setup.ts";

/** How long an installation may take: Windows under emulation takes hours. */
const installLimitMs = { reference: 20 * 60_000, windows: 8 * 3_600_000 };

/**
 * What an installation can't do without, besides its ISO.
 *
 * @throws PipelineError `PIPELINE_CYGWIN_MISSING`, or that of a missing swtpm.
 */
export async function requireMeans(source: GuestSource): Promise<void> {
  requireCygwin(source);
  if (source.answer.tpm === "emulated") await requireTpm();
}

/** What is installed where. */
export interface InstallPlan {
  readonly directory: string;
  readonly iso: string;
  readonly inputs: Record<string, unknown>;
  readonly tell: Tell;
}

/** Installs a guest onto a new disk. */
export async function installGuest(
  context: Context,
  source: GuestSource,
  plan: InstallPlan,
): Promise<MadeEntry> {
  const { directory, tell } = plan;
  const { profile } = source;
  const host = await context.host();
  tell("make keys and set-up media", { detail: `${host.accelerator}: ${host.reason}` });
  const keys = createSshKeyPair("winvm");
  const secrets = makeSecrets(source.password);
  await writeFile(join(directory, imageFiles.guestKey), keys.privateKey, { mode: 0o600 });
  await writeFile(join(directory, imageFiles.secrets), JSON.stringify(secrets), { mode: 0o600 });
  const media = await setupMedia(profile, {
    answer: answerWith(profile, source.answer, secrets.adminPassword),
    build: source.build,
    authorizedKey: keys.publicKey,
    secrets,
    cache: context.store.layout.cache,
    shell: source.shell,
    edition: source.answer.edition,
    drivers: source.answer.drivers,
  });
  const setupIso = join(directory, ".setup.iso");
  await writeIsoFile(setupIso, { label: setupLabel, files: media.files });
  const floppy = join(directory, ".floppy.img");
  if (media.floppy !== undefined) await writeFile(floppy, writeFloppy(media.floppy));
  const disk = join(directory, imageFiles.disk);
  await createDisk({ file: disk, format: "qcow2", sizeBytes: profile.hardware.diskBytes });
  const firmware = await installFirmware(profile.firmware, directory);
  const serialLog = join(directory, imageFiles.log);
  await using tpm =
    source.answer.tpm === "emulated"
      ? await startTpm(directory, { signal: context.signal })
      : undefined;
  const machine = guestMachine(profile, host, {
    name: `winvm-install-${profile.name}`,
    disk: { file: disk },
    memory: { kind: "private" },
    network: { kind: "none" },
    cdroms: [
      { id: "cd0", file: plan.iso, bootIndex: 1 },
      { id: "cd1", file: setupIso },
      ...(source.cygwin === undefined ? [] : [{ id: "cd2", file: source.cygwin }]),
    ],
    ...(media.floppy === undefined ? {} : { floppy }),
    ...(tpm === undefined ? {} : { tpm: tpm.socket }),
    firmware,
    serialLog,
  });
  tell("start Setup");
  await using running = await startMachine(machine, {
    signal: context.signal,
    features: host.features,
  });
  const reference = profile.name === "reference";
  await watchSetup(context, running, {
    stage: "install",
    asked: `install ${profile.title}`,
    limitMs: reference ? installLimitMs.reference : installLimitMs.windows,
    logs: [serialLog],
    complete: setupComplete,
    tpm,
    prompt: { cdrom: "cd0" },
    tell,
  });
  await Promise.all([setupIso, floppy].map((file) => rm(file, { force: true })));
  return {
    inputs: plan.inputs,
    files: [
      imageFiles.disk,
      imageFiles.guestKey,
      imageFiles.secrets,
      imageFiles.log,
      ...(firmware.kind === "uefi" ? [imageFiles.firmwareVariables] : []),
    ],
    facts: { qemuVersion: host.features.version, accelerator: host.accelerator },
  };
}

/** What starts the machine; UEFI gets variables of its own in the directory. */
export async function installFirmware(
  kind: "bios" | "uefi",
  directory: string,
): Promise<MachineFirmware> {
  if (kind === "bios") return { kind };
  const found = await findFirmware("uefi");
  const vars = join(directory, imageFiles.firmwareVariables);
  await copyFile(found.vars, vars);
  await chmod(vars, 0o600);
  return { kind, code: found.code, vars };
}
