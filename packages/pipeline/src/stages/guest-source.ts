import { open, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeError, writeFileAtomically } from "@winvm/runtime";
import { openReferenceIso, referenceIsoKey } from "@winvm/reference-guest";
import { findGuest, type GuestProfile } from "@winvm/unattend";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { GuestRequest } from "../request.ts";
import { sha256OfFile } from "../store/keys.ts";
import { mediaContent } from "../store/layout.ts";
import { referenceMedia } from "./media.ts";

/** Which guest, and from what it is installed. */
export interface GuestSource {
  readonly profile: GuestProfile;
  /** What identifies the installation media, without making or reading them. */
  readonly mediaIdentity: string;
  /** The installation ISO; the reference guest's is made at the first call. */
  iso(): Promise<string>;
}

/**
 * Finds the guest in the catalogue and its installation media.
 *
 * @throws UnattendError for an unknown guest, PipelineError `PIPELINE_ISO_MISSING`, `PIPELINE_ISO_UNREADABLE`,
 *   `PIPELINE_INVALID_REQUEST`.
 */
export async function findSource(context: Context, request: GuestRequest): Promise<GuestSource> {
  const profile = findGuest(request.guest ?? "reference");
  const asked = `install ${profile.title}`;
  if (profile.name === "reference") {
    if (request.iso !== undefined) {
      throw new PipelineError({
        code: "PIPELINE_INVALID_REQUEST",
        asked,
        happened: "the reference guest brings its own ISO, and one was given",
        hint: "leave --iso out, or name a Windows with --guest",
        data: { iso: request.iso },
      });
    }
    return {
      profile,
      mediaIdentity: `reference ${await referenceIsoKey()}`,
      iso: () => referenceIso(context),
    };
  }
  if (request.iso === undefined) {
    throw new PipelineError({
      code: "PIPELINE_ISO_MISSING",
      asked,
      happened: "no installation ISO was given, and winvm can't bring Microsoft's",
      hint: `give it with --iso FILE`,
      data: { guest: profile.name },
    });
  }
  const iso = resolve(request.iso);
  return {
    profile,
    mediaIdentity: `iso ${await isoHash(context, iso, asked)}`,
    iso: async () => iso,
  };
}

/** The reference guest's installation ISO; made where the store has none. */
export async function referenceIso(context: Context): Promise<string> {
  const { directory } = await referenceMedia(context);
  return (await openReferenceIso(join(directory, mediaContent))).iso;
}

/** SHA-256 of an ISO, remembered by path, size and time of modification. */
async function isoHash(context: Context, iso: string, asked: string): Promise<string> {
  const found = await stat(iso).catch((cause: unknown) => {
    throw new PipelineError({
      code: "PIPELINE_ISO_MISSING",
      asked,
      happened: `the ISO ${iso} can't be opened: ${describeError(cause)}`,
      hint: "check the path given with --iso",
      cause,
      data: { iso },
    });
  });
  if (!found.isFile() || found.size < 32 * 2048) {
    throw new PipelineError({
      code: "PIPELINE_ISO_UNREADABLE",
      asked,
      happened: `${iso} is not an ISO image`,
      hint: "give the installation medium as one .iso file",
      data: { iso, sizeBytes: found.size },
    });
  }
  await requireVolumeDescriptor(iso, asked);
  const file = join(context.store.layout.cache, "iso-hashes.json");
  const known = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Record<
    string,
    string
  >;
  const identity = `${iso} ${found.size} ${found.mtimeMs}`;
  const remembered = known[identity];
  if (remembered !== undefined) return remembered;
  context.emit({ type: "stage:step", stage: "install", step: "hash the ISO" });
  const hash = await sha256OfFile(iso, context.signal);
  await writeFileAtomically(file, JSON.stringify({ ...known, [identity]: hash }));
  return hash;
}

/** ECMA-119, 8.1: a volume descriptor in sector 16 bears `CD001`; UDF-only media bear `BEA01` (ECMA-167). */
async function requireVolumeDescriptor(iso: string, asked: string): Promise<void> {
  const handle = await open(iso, "r");
  try {
    const { buffer } = await handle.read(Buffer.alloc(6), 0, 6, 16 * 2048);
    if (/^.(?:CD001|BEA01)/s.test(buffer.toString("latin1"))) return;
  } finally {
    await handle.close();
  }
  throw new PipelineError({
    code: "PIPELINE_ISO_UNREADABLE",
    asked,
    happened: `${iso} has no ISO 9660 volume descriptor`,
    hint: "give the installation medium as one .iso file",
    data: { iso },
  });
}
