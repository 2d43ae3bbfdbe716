import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeError, writeFileAtomically } from "@winvm/runtime";
import { openReferenceIso, referenceIsoKey } from "@winvm/reference-guest";
import {
  chooseEdition,
  findGuest,
  guestFor,
  guestOfMedia,
  recogniseMedia,
  type AnswerOptions,
  type GuestProfile,
} from "@winvm/unattend";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { GuestRequest } from "../request.ts";
import { sha256OfFile } from "../store/keys.ts";
import { mediaContent } from "../store/layout.ts";
import { referenceMedia } from "./media.ts";

/** What the media and the request say together, in the answer file's words. */
export type MediaAnswer = Pick<
  AnswerOptions,
  "edition" | "evaluation" | "image" | "language" | "productKey"
>;

/** Which guest, and from what it is installed. */
export interface GuestSource {
  readonly profile: GuestProfile;
  readonly answer: MediaAnswer;
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
  const unfit = (["edition", "language", "productKey"] as const).filter(
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
    profile,
    answer: {},
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
  const { size, mtimeMs } = await stat(iso).catch((cause: unknown) => {
    throw new PipelineError({
      code: "PIPELINE_ISO_MISSING",
      asked: "install a Windows",
      happened: `the ISO ${iso} can't be opened: ${describeError(cause)}`,
      hint: "check the path given with --iso",
      cause,
      data: { iso },
    });
  });
  const media = await recogniseMedia(iso);
  const profile = named ?? findGuest(guestOfMedia(media));
  const { edition, language, productKey } = request;
  const { architecture, ...choice } = chooseEdition(media, profile, {
    edition,
    language,
    productKey: productKey !== undefined,
  });
  return {
    profile: guestFor(profile, architecture),
    answer: { ...choice, productKey },
    mediaIdentity: `iso ${await isoHash(context, iso, `${size} ${mtimeMs}`)}`,
    iso: async () => iso,
  };
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
