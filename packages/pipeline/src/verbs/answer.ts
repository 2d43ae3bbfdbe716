import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  answerMedium,
  createSshKeyPair,
  findGuest,
  guestFor,
  placeDrivers,
  setupLabel,
  writeFloppy,
  writeIsoFile,
  type AnswerFile,
  type DriverPlace,
  type GuestProfile,
} from "@winvm/unattend";
import { openContext } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { AnswerRecord, SetupMediaRecord } from "../records.ts";
import type { AnswerRequest, PipelineOptions } from "../request.ts";
import { withFirmware } from "../stages/guest-source.ts";
import {
  answerWith,
  makeSecrets,
  setupAnswer,
  setupMedia,
  type ImageSecrets,
} from "../stages/setup-media.ts";

/** Names of the files that {@link writeSetupMedia} makes. */
const mediaFiles = {
  iso: "setup.iso",
  floppy: "floppy.img",
  key: "guest_ed25519",
  secrets: "secrets.json",
} as const;

/**
 * The answer file that an installation would get. A password that was not given is made up, another one each time; the
 * file holds it, and the record.
 *
 * @throws UnattendError for an unknown guest, `UNATTEND_OPTIONS_INVALID` with all faults.
 */
export async function answerFor(request: AnswerRequest): Promise<AnswerRecord> {
  return recordOf(await prepare(request));
}

/**
 * Writes the media that an installation would get, with the key and the passwords that belong to them. All or nothing.
 *
 * @param directory is made; it must not hold anything.
 * @throws UnattendError as {@link answerFor}; PipelineError `PIPELINE_INVALID_REQUEST` for a directory that is in use.
 */
export async function writeSetupMedia(
  request: AnswerRequest,
  directory: string,
  options: PipelineOptions = {},
): Promise<SetupMediaRecord> {
  const prepared = await prepare(request, options.signal);
  const target = resolve(directory);
  await requireEmpty(target);
  const context = await openContext(options);
  const keys = createSshKeyPair("winvm");
  const { profile, secrets, answer, drivers } = prepared;
  const { files, floppy } = await setupMedia(profile, {
    answer,
    authorizedKey: keys.publicKey,
    secrets,
    cache: context.store.layout.cache,
    shell: request,
    drivers,
  });
  await mkdir(dirname(target), { recursive: true });
  const made = await mkdtemp(join(dirname(target), ".winvm-media-"));
  try {
    await writeIsoFile(join(made, mediaFiles.iso), { label: setupLabel, files });
    if (floppy !== undefined) await writeFile(join(made, mediaFiles.floppy), writeFloppy(floppy));
    const secret = { mode: 0o600 };
    await writeFile(join(made, mediaFiles.key), keys.privateKey, secret);
    await writeFile(join(made, mediaFiles.secrets), `${JSON.stringify(secrets)}\n`, secret);
    const names = (await readdir(made)).toSorted();
    await rename(made, target);
    return { guest: profile.name, directory: target, files: names };
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

interface Prepared {
  readonly profile: GuestProfile;
  readonly secrets: ImageSecrets;
  readonly answer: AnswerFile;
  readonly drivers: readonly DriverPlace[];
  readonly password: string | undefined;
}

async function prepare(request: AnswerRequest, signal?: AbortSignal): Promise<Prepared> {
  const found = findGuest(request.guest);
  const { architecture = found.architecture, firmware, evaluation, image, address } = request;
  const secrets = makeSecrets(request.password);
  const choice = {
    evaluation,
    image:
      image === undefined
        ? undefined
        : typeof image === "number"
          ? { index: image }
          : { name: image },
  };
  const asked = await setupAnswer(request, signal);
  const answer = answerWith(found, { ...asked, ...choice }, secrets.adminPassword, address);
  const profile = withFirmware(guestFor(found, architecture), firmware);
  const { drivers = [] } = asked;
  return { profile, secrets, answer, drivers, password: request.password };
}

function recordOf({ profile, secrets, answer, drivers, password }: Prepared): AnswerRecord {
  return {
    guest: profile.name,
    architecture: profile.architecture,
    firmware: profile.firmware,
    fileName: answer.fileName,
    medium: answerMedium(profile, profile.firmware),
    text: answer.bytes.toString("latin1"),
    drivers: placeDrivers(drivers).map(({ folder, place }) => ({
      directory: folder.directory,
      place: place.replaceAll("/", "\\"),
    })),
    password: secrets.adminPassword,
    passwordMadeUp: password === undefined,
  };
}

async function requireEmpty(directory: string): Promise<void> {
  const held = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    return [error.code ?? "unreadable"];
  });
  if (held.length === 0) return;
  throw new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: "write the set-up media",
    happened: `${directory} is not an empty directory`,
    hint: "name a directory that is new or empty",
    data: { directory },
  });
}
