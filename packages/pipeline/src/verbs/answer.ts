import {
  answerMedium,
  findGuest,
  guestFor,
  placeDrivers,
  type AnswerFile,
  type DriverPlace,
  type GuestProfile,
} from "@winvm/unattend";
import type { AnswerRecord } from "../records.ts";
import type { AnswerRequest } from "../request.ts";
import { withFirmware } from "../stages/with-firmware.ts";
import { makeSecrets } from "../stages/secrets.ts";
import { answerWith, setupAnswer, type ImageSecrets } from "../stages/setup-media.ts";

/**
 * The answer file that an installation would get. A password that was not given is made up, another one each time; the
 * file holds it, and the record.
 *
 * @throws UnattendError for an unknown guest, `UNATTEND_OPTIONS_INVALID` with all faults.
 */
export async function answerFor(request: AnswerRequest): Promise<AnswerRecord> {
  return recordOf(await prepareAnswer(request));
}

/** An answer file, with what it was made from and what belongs to it. */
export interface PreparedAnswer {
  readonly profile: GuestProfile;
  readonly secrets: ImageSecrets;
  readonly answer: AnswerFile;
  readonly drivers: readonly DriverPlace[];
  readonly password: string | undefined;
}

/**
 * The answer file and its secrets.
 *
 * @throws UnattendError as {@link answerFor}.
 */
export async function prepareAnswer(
  request: AnswerRequest,
  signal?: AbortSignal,
): Promise<PreparedAnswer> {
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

function recordOf({ profile, secrets, answer, drivers, password }: PreparedAnswer): AnswerRecord {
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
