import { chmod, copyFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDisk, findFirmware, startMachine, type MachineFirmware } from "@winvm/qemu";
import { createSshKeyPair, setupLabel, writeFloppy, writeIsoFile } from "@winvm/unattend";
import type { Context } from "../context.ts";
import { guestMachine } from "../machines/guest-machine.ts";
import { requireTpm, startTpm } from "../machines/tpm.ts";
import { keyOf, sha256 } from "../store/keys.ts";
import { imageFiles } from "../store/layout.ts";
import type { MadeEntry, StoreEntry } from "../store/store.ts";
import { requireCygwin } from "./cygwin-iso.ts";
import type { GuestSource } from "./guest-source.ts";
import { answerWith, makeSecrets, setupMedia, type ImageSecrets } from "./setup-media.ts";
import { runStage, type Tell } from "./stage.ts";
import { setupComplete, watchSetup } from "./watch-setup.ts";

/** Changes when what this stage does changes in a way that its inputs don't show. */
const recipe = 1;

/** How long an installation may take: Windows under emulation takes hours. */
const installLimitMs = { reference: 20 * 60_000, windows: 8 * 3_600_000 };

/** What an image is made from. The secrets stand in as placeholders: they are made anew for each image. */
export async function imageInputs(
  context: Context,
  source: GuestSource,
): Promise<Record<string, unknown>> {
  const { profile } = source;
  // A password that Windows would refuse is refused here, before anything is made.
  if (source.password !== undefined) answerWith(profile, source.answer, source.password);
  const secrets: ImageSecrets = {
    user: "Administrator",
    smbUser: "winvm",
    smbPassword: "Placeholder1",
    adminPassword: "Placeholder1",
  };
  const { answer, files } = await setupMedia(profile, {
    answer: answerWith(profile, source.answer, secrets.adminPassword),
    build: source.build,
    authorizedKey: "ssh-ed25519 AAAA placeholder",
    secrets,
    cache: context.store.layout.cache,
    shell: source.shell,
    drivers: source.answer.drivers,
  });
  return {
    recipe,
    guest: profile.name,
    media: await source.mediaIdentity(),
    firmware: profile.firmware,
    hardware: profile.hardware,
    ...(source.answer.tpm === "emulated" && { tpm: "emulated" }),
    answer: sha256(answer.bytes),
    setup: Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)])),
  };
}

/** Stage 1: from installation media to a powered-off disk. */
export async function installStage(context: Context, source: GuestSource): Promise<StoreEntry> {
  const inputs = await imageInputs(context, source);
  // The media are made before the lock of the image is taken: they have locks of their own.
  const key = keyOf(inputs);
  const found = await context.store.find("images", key);
  if (found === undefined) {
    requireCygwin(source);
    if (source.answer.tpm === "emulated") await requireTpm();
  }
  const iso = found === undefined ? await source.iso() : "";
  return runStage(context, {
    stage: "install",
    kind: "images",
    key,
    title: `install ${source.profile.title}`,
    make: (directory, tell) => install(context, source, { directory, iso, inputs, tell }),
  });
}

interface InstallPlan {
  readonly directory: string;
  readonly iso: string;
  readonly inputs: Record<string, unknown>;
  readonly tell: Tell;
}

async function install(
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
