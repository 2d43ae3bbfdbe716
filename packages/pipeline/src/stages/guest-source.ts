import { join, resolve } from "node:path";
import { referenceIsoKey } from "@winvm/reference-guest/iso-key";
import type { GuestProfile } from "@winvm/unattend";
import { findGuest } from "@winvm/unattend/catalogue";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { GuestRequest } from "../request.ts";
import { mediaContent } from "../store/layout.ts";
import { referenceMedia } from "./media.ts";
import { setupAnswer, type SetupAnswer, type ShellChoice } from "./setup-media.ts";
import { withFirmware } from "./with-firmware.ts";

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
  /** What identifies the installation media; an ISO that is not known yet is read for that. */
  mediaIdentity(): Promise<string>;
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
  const { windowsSource } = await import("./windows-source.ts");
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
    mediaIdentity: async () => `reference ${await referenceIsoKey()}`,
    iso: () => referenceIso(context),
  };
}

/** The reference guest's installation ISO; made where the store has none. */
export async function referenceIso(context: Context): Promise<string> {
  const { directory } = await referenceMedia(context);
  const { openReferenceIso } = await import("@winvm/reference-guest");
  return (await openReferenceIso(join(directory, mediaContent))).iso;
}
