import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { describeError } from "@winvm/runtime";
import { cygwinFor } from "@winvm/unattend/catalogue";
import { PipelineError } from "../errors.ts";
import type { GuestSource } from "./guest-source.ts";
import { findIso, type IsoFile } from "./iso-file.ts";

/**
 * The ISO with Cygwin, looked at.
 *
 * @throws PipelineError `PIPELINE_ISO_MISSING`, `PIPELINE_CYGWIN_MISSING`.
 */
export async function findCygwin(path: string | undefined): Promise<IsoFile | undefined> {
  if (path === undefined) return undefined;
  const file = await findIso(resolve(path), "--cygwin");
  await requireIso(file.path);
  return file;
}

/** A volume descriptor in sector 16 bears `CD001` (ECMA-119, 8.1). What is on Cygwin's ISO is for the guest to see. */
async function requireIso(iso: string): Promise<void> {
  const refuse = (happened: string, cause?: unknown): PipelineError =>
    new PipelineError({
      code: "PIPELINE_CYGWIN_MISSING",
      asked: "install a Windows",
      happened,
      hint: "winvm cygwin iso makes one",
      cause,
      data: { iso },
    });
  const start = await firstDescriptor(iso).catch((cause: unknown) => {
    throw refuse(`${iso} can't be read: ${describeError(cause)}`, cause);
  });
  if (start.subarray(1).toString("latin1") !== "CD001") throw refuse(`${iso} is not an ISO image`);
}

async function firstDescriptor(iso: string): Promise<Buffer> {
  await using handle = await open(iso, "r");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 16 * 2048);
  return buffer.subarray(0, bytesRead);
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
