import { readFile } from "node:fs/promises";
import { describeError } from "@winvm/runtime";
import type {
  AnswerFile,
  AnswerOptions,
  DriverPlace,
  FileMap,
  GuestProfile,
} from "@winvm/unattend";
import { answerFile } from "@winvm/unattend/answer";
import { floppyFiles, setupFiles } from "@winvm/unattend/setup";
import { launcher, sharePlaces } from "@winvm/xchg";
import { PipelineError } from "../errors.ts";
import { network } from "../machines/guest-machine.ts";
import type { SetupRequest } from "../request.ts";

/** What the image keeps for those who work with it; never printed, never part of a key. */
export interface ImageSecrets {
  readonly user: string;
  readonly smbUser: string;
  readonly smbPassword: string;
  readonly adminPassword: string;
}

/** Everything that an answer file says, but for secrets and the network. */
export type SetupAnswer = Omit<AnswerOptions, "administratorPassword" | "network" | "user"> & {
  /** The name of a further account. */
  readonly user?: string | undefined;
};

/** A request in the answer file's words. Drivers of this host are read here; the answer file's rules look at them. */
export async function setupAnswer(
  request: SetupRequest,
  signal?: AbortSignal,
): Promise<SetupAnswer> {
  const { architecture, firmware, edition, productKey, language, keyboard, timeZone } = request;
  const { computerName, user, commands, tpm, shellProvider } = request;
  return {
    architecture,
    firmware,
    edition,
    productKey,
    language,
    keyboard,
    timeZone,
    computerName,
    user,
    firstLogonCommands: commands,
    tpm,
    drivers: await driversOf(request, signal),
    shellProvider,
  };
}

async function driversOf({ drivers = [] }: SetupRequest, signal?: AbortSignal) {
  if (drivers.length === 0) return [];
  const { readDrivers } = await import("@winvm/unattend");
  return readDrivers(drivers, signal);
}

/**
 * The answer file with its secrets.
 *
 * @throws UnattendError `UNATTEND_OPTIONS_INVALID` with all faults.
 */
export function answerWith(
  profile: GuestProfile,
  { user, ...answer }: SetupAnswer,
  password: string,
  address = `${network.guest.address}/${network.prefixLength}`,
): AnswerFile {
  return answerFile(profile, {
    ...answer,
    administratorPassword: password,
    user: user === undefined ? undefined : { name: user, password },
    network: { mac: network.guest.mac, address },
  });
}

/** What brings shell and SSH server. */
export type ShellChoice = Pick<SetupRequest, "shellProvider" | "openSsh">;

async function readOpenSsh(file: string | undefined) {
  if (file === undefined) return undefined;
  const form = (["zip", "msi"] as const).find((one) => file.toLowerCase().endsWith(`.${one}`));
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw unusable(file, describeError(cause), cause);
  });
  if (form === undefined) throw unusable(file, "its name ends neither in .zip nor in .msi");
  return { form, bytes };
}

function unusable(file: string, what: string, cause?: unknown): PipelineError {
  return new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: "put Win32-OpenSSH on the set-up medium",
    happened: `${file} can't be used: ${what}`,
    hint: "give the .zip or .msi of the project's release",
    cause,
    data: { file },
  });
}

/** What Setup and the guest read besides the installation ISO. */
export interface SetupMedia {
  readonly answer: AnswerFile;
  /** The files of the set-up ISO. */
  readonly files: FileMap;
  /** Those of the floppy, where there is one. */
  readonly floppy: FileMap | undefined;
}

/** The files of the set-up medium and the answer file, for secrets that are given. The profile is as it is installed. */
export async function setupMedia(
  profile: GuestProfile,
  parts: {
    readonly answer: AnswerFile;
    /** The build on the media, where it is known. */
    readonly build?: number | undefined;
    readonly authorizedKey: string;
    readonly secrets: ImageSecrets;
    /** Where the launcher is kept once it is made. */
    readonly cache: string;
    readonly shell: ShellChoice;
    /** The edition that is asked for. */
    readonly edition?: string | undefined;
    /** As the answer has them. */
    readonly drivers?: readonly DriverPlace[] | undefined;
    /** Address or name of the server of the shares; the controller's when absent. */
    readonly server?: string | undefined;
  },
): Promise<SetupMedia> {
  const { answer, authorizedKey, secrets } = parts;
  const files = setupFiles(profile, {
    answer,
    build: parts.build,
    authorizedKey,
    smb: { user: secrets.smbUser, password: secrets.smbPassword },
    server: parts.server ?? network.controller.address,
    // What may be written is decided by each run; the guest is set up for both.
    shares: sharePlaces.map((place) => ({ ...place, readOnly: false })),
    launcher: await launcher(parts.cache),
    provider: parts.shell.shellProvider,
    openSsh: await readOpenSsh(parts.shell.openSsh),
    edition: parts.edition,
    drivers: parts.drivers,
  });
  return { floppy: floppyFiles(profile, { answer }), answer, files };
}
