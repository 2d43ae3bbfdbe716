import { chmod, copyFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDisk, findFirmware, startMachine } from "@winvm/qemu";
import {
  answerFile,
  createSmbPassword,
  createSshKeyPair,
  floppyFiles,
  setupFiles,
  setupLabel,
  writeFloppy,
  writeIsoFile,
  type AnswerFile,
  type AnswerOptions,
} from "@winvm/unattend";
import { launcher, sharePlaces } from "@winvm/xchg";
import type { Context } from "../context.ts";
import { passBootPrompt } from "../machines/boot-prompt.ts";
import { guestMachine, network } from "../machines/guest-machine.ts";
import { keyOf, sha256 } from "../store/keys.ts";
import { imageFiles } from "../store/layout.ts";
import type { MadeEntry, StoreEntry } from "../store/store.ts";
import type { GuestSource } from "./guest-source.ts";
import { runStage, type Tell } from "./stage.ts";
import { setupComplete, watchSetup } from "./watch-setup.ts";

/** What the image keeps for those who work with it; never printed, never part of a key. */
export interface ImageSecrets {
  readonly user: string;
  readonly smbUser: string;
  readonly smbPassword: string;
  readonly adminPassword: string;
}

/** Changes when what this stage does changes in a way that its inputs don't show. */
const recipe = 1;

/** How long an installation may take: Windows under emulation takes hours. */
const installLimitMs = { reference: 20 * 60_000, windows: 8 * 3_600_000 };

/** What is asked of the answer file; `file` takes its place. */
export interface GivenAnswer {
  readonly options?: Partial<AnswerOptions> | undefined;
  readonly file?: AnswerFile | undefined;
}

/** The files of the set-up medium and the answer file, for secrets that are given. */
export async function setupMedia(
  context: Context,
  source: Pick<GuestSource, "profile" | "answer">,
  authorizedKey: string,
  secrets: ImageSecrets,
  given: GivenAnswer = {},
) {
  const { profile } = source;
  const answer =
    given.file ??
    answerFile(profile, {
      ...source.answer,
      administratorPassword: secrets.adminPassword,
      network: {
        mac: network.guest.mac,
        address: `${network.guest.address}/${network.prefixLength}`,
      },
      ...given.options,
    });
  const files = setupFiles(profile, {
    answer,
    ...(given.options?.firmware === undefined ? {} : { firmware: given.options.firmware }),
    authorizedKey,
    smb: { user: secrets.smbUser, password: secrets.smbPassword },
    server: network.controller.address,
    // What may be written is decided by each run; the guest is set up for both.
    shares: sharePlaces.map((place) => ({ ...place, readOnly: false })),
    launcher: await launcher(context.store.layout.cache),
  });
  const floppy = floppyFiles(profile, { answer, firmware: given.options?.firmware });
  return { floppy, answer, files };
}

/** What an image is made from. The secrets stand in as placeholders: they are made anew for each image. */
export async function imageInputs(
  context: Context,
  source: GuestSource,
): Promise<Record<string, unknown>> {
  const placeholders = {
    user: "Administrator",
    smbUser: "winvm",
    smbPassword: "Placeholder1",
    adminPassword: "Placeholder1",
  };
  const { answer, files } = await setupMedia(
    context,
    source,
    "ssh-ed25519 AAAA placeholder",
    placeholders,
  );
  return {
    recipe,
    guest: source.profile.name,
    media: source.mediaIdentity,
    firmware: source.profile.firmware,
    hardware: source.profile.hardware,
    answer: sha256(answer.bytes),
    setup: Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)])),
  };
}

/** Stage 1: from installation media to a powered-off disk. */
export async function installStage(context: Context, source: GuestSource): Promise<StoreEntry> {
  const inputs = await imageInputs(context, source);
  // The media are made before the lock of the image is taken: they have locks of their own.
  const key = keyOf(inputs);
  const iso = (await context.store.find("images", key)) === undefined ? await source.iso() : "";
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
  const secrets: ImageSecrets = {
    user: "Administrator",
    smbUser: "winvm",
    smbPassword: createSmbPassword(),
    adminPassword: createSmbPassword(),
  };
  await writeFile(join(directory, imageFiles.guestKey), keys.privateKey, { mode: 0o600 });
  await writeFile(join(directory, imageFiles.secrets), JSON.stringify(secrets), { mode: 0o600 });
  const media = await setupMedia(context, source, keys.publicKey, secrets);
  const setupIso = join(directory, ".setup.iso");
  await writeIsoFile(setupIso, { label: setupLabel, files: media.files });
  const floppy = join(directory, ".floppy.img");
  if (media.floppy !== undefined) await writeFile(floppy, writeFloppy(media.floppy));
  const disk = join(directory, imageFiles.disk);
  await createDisk({ file: disk, format: "qcow2", sizeBytes: profile.hardware.diskBytes });
  const firmware = await installFirmware(profile.firmware, directory);
  const serialLog = join(directory, imageFiles.log);
  const machine = guestMachine(profile, host, {
    name: `winvm-install-${profile.name}`,
    disk: { file: disk },
    memory: { kind: "private" },
    network: { kind: "none" },
    cdroms: [
      { id: "cd0", file: plan.iso, bootIndex: 1 },
      { id: "cd1", file: setupIso },
    ],
    ...(media.floppy === undefined ? {} : { floppy }),
    firmware,
    serialLog,
  });
  tell("start Setup");
  await using running = await startMachine(machine, {
    signal: context.signal,
    features: host.features,
  });
  const watched = new AbortController();
  const prompt = passBootPrompt(running, {
    cdrom: "cd0",
    signal: AbortSignal.any([watched.signal, ...(context.signal ? [context.signal] : [])]),
  }).then(({ outcome, keys }) => {
    if (outcome === "limit") tell("the medium was not started yet", { detail: `${keys} keys` });
  });
  try {
    const reference = profile.name === "reference";
    await watchSetup(context, running, {
      stage: "install",
      limitMs: reference ? installLimitMs.reference : installLimitMs.windows,
      serialLog,
      complete: setupComplete,
      tell,
    });
  } finally {
    watched.abort();
    await prompt;
  }
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
export async function installFirmware(kind: "bios" | "uefi", directory: string) {
  if (kind === "bios") return { kind } as const;
  const found = await findFirmware("uefi");
  const vars = join(directory, imageFiles.firmwareVariables);
  await copyFile(found.vars, vars);
  await chmod(vars, 0o600);
  return { kind, code: found.code, vars } as const;
}
