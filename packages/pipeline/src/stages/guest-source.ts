import { open, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeError, writeFileAtomically } from "@winvm/runtime";
import { openReferenceIso, referenceIsoKey } from "@winvm/reference-guest";
import {
  chooseEdition,
  cygwinFor,
  findGuest,
  guestFor,
  guestOfMedia,
  recogniseMedia,
  type Firmware,
  type GuestProfile,
} from "@winvm/unattend";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { GuestRequest } from "../request.ts";
import { sha256OfFile } from "../store/keys.ts";
import { mediaContent } from "../store/layout.ts";
import { referenceMedia } from "./media.ts";
import { setupAnswer, type SetupAnswer, type ShellChoice } from "./setup-media.ts";

/** Which guest, and from what it is installed. */
export interface GuestSource {
  /** As it is on the media and with the firmware that was asked for. */
  readonly profile: GuestProfile;
  /** What the media and the request say together. */
  readonly answer: SetupAnswer;
  /** The build on the media; undefined where they do not tell. */
  readonly build?: number | undefined;
  /** Administrator's, and the further account's; made up when absent. */
  readonly password: string | undefined;
  readonly shell: ShellChoice;
  /** The ISO with Cygwin, where there is one. */
  readonly cygwin?: string | undefined;
  /** What identifies the installation media, without making or reading them. */
  readonly mediaIdentity: string;
  /** The installation ISO; the reference guest's is made at the first call. */
  iso(): Promise<string>;
}

/**
 * Finds the guest in the catalogue and its installation media. An ISO is recognised first: a guest that was not named
 * is the one it holds.
 *
 * @throws UnattendError for an unknown guest, `UNATTEND_ISO_…` for an ISO that is none, is damaged, holds no Windows or
 *   another one than was asked for; PipelineError `PIPELINE_ISO_MISSING`, `PIPELINE_INVALID_REQUEST`.
 */
export async function findSource(context: Context, request: GuestRequest): Promise<GuestSource> {
  const named = request.guest === undefined ? undefined : findGuest(request.guest);
  if (request.iso === undefined) {
    const profile = named ?? findGuest("reference");
    if (profile.name === "reference") return referenceSource(context, request, profile);
    throw new PipelineError({
      code: "PIPELINE_ISO_MISSING",
      asked: `install ${profile.title}`,
      happened: "no installation ISO was given, and winvm can't bring Microsoft's",
      hint: `give it with --iso FILE`,
      data: { guest: profile.name },
    });
  }
  if (named?.name === "reference") {
    throw new PipelineError({
      code: "PIPELINE_INVALID_REQUEST",
      asked: `install ${named.title}`,
      happened: "the reference guest brings its own ISO, and one was given",
      hint: "leave --iso out, or name a Windows with --guest",
      data: { iso: request.iso },
    });
  }
  return windowsSource(context, request, resolve(request.iso), named);
}

async function referenceSource(
  context: Context,
  request: GuestRequest,
  profile: GuestProfile,
): Promise<GuestSource> {
  const unfit = (["edition", "language", "productKey", "cygwin"] as const).filter(
    (name) => request[name] !== undefined,
  );
  if (unfit.length > 0) {
    throw new PipelineError({
      code: "PIPELINE_INVALID_REQUEST",
      asked: `install ${profile.title}`,
      happened: `the reference guest has no ${unfit.join(", no ")}`,
      hint: "leave it out, or give the ISO of a Windows with --iso",
      data: { unfit },
    });
  }
  return {
    profile: withFirmware(profile, request.firmware),
    answer: await setupAnswer(request, context.signal),
    shell: request,
    password: request.password,
    mediaIdentity: `reference ${await referenceIsoKey()}`,
    iso: () => referenceIso(context),
  };
}

/** The reference guest's installation ISO; made where the store has none. */
export async function referenceIso(context: Context): Promise<string> {
  const { directory } = await referenceMedia(context);
  return (await openReferenceIso(join(directory, mediaContent))).iso;
}

async function windowsSource(
  context: Context,
  request: GuestRequest,
  iso: string,
  named: GuestProfile | undefined,
): Promise<GuestSource> {
  const stamp = await stampOf(iso, "--iso");
  const media = await recogniseMedia(iso);
  const profile = withFirmware(named ?? findGuest(guestOfMedia(media)), request.firmware);
  const { architecture, edition, language, productKey } = request;
  const { build, ...choice } = chooseEdition(media, profile, {
    architecture,
    edition,
    language,
    productKey: productKey !== undefined,
  });
  const cygwin = request.cygwin === undefined ? undefined : resolve(request.cygwin);
  const cygwinStamp = cygwin === undefined ? "" : await stampOf(cygwin, "--cygwin");
  if (cygwin !== undefined) await requireIso(cygwin);
  const identity = [
    `iso ${await isoHash(context, iso, stamp)}`,
    ...(cygwin === undefined ? [] : [`cygwin ${await isoHash(context, cygwin, cygwinStamp)}`]),
  ];
  return {
    profile: guestFor(profile, choice.architecture),
    answer: { ...(await setupAnswer(request, context.signal)), ...choice },
    build,
    shell: request,
    password: request.password,
    cygwin,
    mediaIdentity: identity.join(", "),
    iso: async () => iso,
  };
}

/** Size and time of modification of an ISO, which say whether it is the one whose hash is known. */
async function stampOf(iso: string, option: string): Promise<string> {
  const { size, mtimeMs } = await stat(iso).catch((cause: unknown) => {
    throw new PipelineError({
      code: "PIPELINE_ISO_MISSING",
      asked: "install a Windows",
      happened: `the ISO ${iso} can't be opened: ${describeError(cause)}`,
      hint: `check the path given with ${option}`,
      cause,
      data: { iso },
    });
  });
  return `${size} ${mtimeMs}`;
}

/** A volume descriptor in sector 16 bears `CD001` (ECMA-119, 8.1). What is on Cygwin's ISO is for the guest to see. */
async function requireIso(iso: string): Promise<void> {
  const handle = await open(iso, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 16 * 2048);
    if (bytesRead === 6 && buffer.subarray(1).toString("latin1") === "CD001") return;
  } finally {
    await handle.close();
  }
  throw new PipelineError({
    code: "PIPELINE_CYGWIN_MISSING",
    asked: "install a Windows",
    happened: `${iso} is not an ISO image`,
    hint: "winvm cygwin iso makes one",
    data: { iso },
  });
}

/**
 * Every Windows whose shell is Cygwin needs it, and finds out at its first logon only.
 *
 * @throws PipelineError `PIPELINE_CYGWIN_MISSING`.
 */
export function requireCygwin({ profile, answer, cygwin }: GuestSource): void {
  const provider = answer.shellProvider ?? profile.shellProviders[0];
  if (cygwin !== undefined || profile.shell !== "cygwin" || provider !== "cygwin") return;
  const release = cygwinFor(profile);
  const from =
    release === undefined || release.snapshot === "current"
      ? "any mirror of today"
      : `circa/${release.snapshot} of the Cygwin Time Machine (${release.version})`;
  throw new PipelineError({
    code: "PIPELINE_CYGWIN_MISSING",
    asked: `install ${profile.title}`,
    happened: "its shell is Cygwin, and no ISO with Cygwin was given",
    hint: `give one with --cygwin FILE; winvm cygwin iso makes it, for this Windows from ${from}`,
    data: { guest: profile.name, release },
  });
}

/** The profile as it is installed with a firmware; one that it can't have is left to the rules of the answer file. */
export function withFirmware(profile: GuestProfile, firmware: Firmware | undefined): GuestProfile {
  if (firmware === undefined || !profile.firmwares.includes(firmware)) return profile;
  return { ...profile, firmware };
}

/** SHA-256 of an ISO, remembered by path, size and time of modification. */
async function isoHash(context: Context, iso: string, stamp: string): Promise<string> {
  const file = join(context.store.layout.cache, "iso-hashes.json");
  const known = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Record<
    string,
    string
  >;
  const identity = `${iso} ${stamp}`;
  const remembered = known[identity];
  if (remembered !== undefined) return remembered;
  context.emit({ type: "stage:step", stage: "install", step: "hash the ISO" });
  const hash = await sha256OfFile(iso, context.signal);
  await writeFileAtomically(file, JSON.stringify({ ...known, [identity]: hash }));
  return hash;
}
