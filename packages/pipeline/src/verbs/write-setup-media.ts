import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { BlockList, isIPv4 } from "node:net";
import { dirname, join, resolve } from "node:path";
import { describeError, makeDirectories } from "@winvm/runtime";
import { createSshKeyPair, setupLabel, writeFloppy, writeIsoFile } from "@winvm/unattend";
import { openContext } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { network } from "../machines/guest-machine.ts";
import type { SetupMediaRecord } from "../records.ts";
import type { PipelineOptions, SetupMediaRequest } from "../request.ts";
import { setupMedia } from "../stages/setup-media.ts";
import { prepareAnswer } from "./answer.ts";

/** Names of the files that {@link writeSetupMedia} makes. */
const mediaFiles = {
  iso: "setup.iso",
  floppy: "floppy.img",
  key: "guest_ed25519",
  secrets: "secrets.json",
} as const;

/**
 * Writes the media that an installation would get, with the key and the passwords that belong to them. All or nothing.
 *
 * @param directory is made; it must not hold anything.
 * @throws UnattendError as `answerFor()`; PipelineError `PIPELINE_INVALID_REQUEST` for a directory that is in use or can't be
 *   made, and for a server that the guest would not reach.
 */
export async function writeSetupMedia(
  request: SetupMediaRequest,
  directory: string,
  options: PipelineOptions = {},
): Promise<SetupMediaRecord> {
  const { profile, secrets, answer, drivers } = await prepareAnswer(request, options.signal);
  requireReachable(request);
  const target = resolve(directory);
  await requireEmpty(target);
  const context = await openContext(options);
  const keys = createSshKeyPair("winvm");
  const { files, floppy } = await setupMedia(profile, {
    answer,
    authorizedKey: keys.publicKey,
    secrets,
    cache: context.store.layout.cache,
    shell: request,
    edition: request.edition,
    drivers,
    server: request.server,
  });
  const made = await makeBeside(target).catch((cause: unknown) => {
    throw unusable(target, describeError(cause), cause);
  });
  try {
    await writeIsoFile(join(made, mediaFiles.iso), { label: setupLabel, files });
    if (floppy !== undefined) await writeFile(join(made, mediaFiles.floppy), writeFloppy(floppy));
    const secret = { mode: 0o600 };
    await writeFile(join(made, mediaFiles.key), keys.privateKey, secret);
    await writeFile(join(made, mediaFiles.secrets), `${JSON.stringify(secrets)}\n`, secret);
    const names = (await readdir(made)).toSorted();
    await rename(made, target).catch((cause: unknown) => {
      throw unusable(target, `it can't be replaced: ${describeError(cause)}`, cause);
    });
    return { guest: profile.name, directory: target, files: names };
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

async function requireEmpty(directory: string): Promise<void> {
  const held = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    return [error.code ?? "unreadable"];
  });
  if (held.length === 0) return;
  throw unusable(directory, "it is not an empty directory");
}

function unusable(directory: string, why: string, cause?: unknown): PipelineError {
  return new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: `write the set-up media to ${directory}`,
    happened: why,
    hint: "name a directory that is new; an empty one will do, if it is neither a mount point nor a link",
    cause,
    data: { directory },
  });
}

async function makeBeside(target: string): Promise<string> {
  await makeDirectories(dirname(target));
  return mkdtemp(join(dirname(target), ".winvm-media-"));
}

/** The answer file has no gateway: what is not in the guest's own network is out of its reach. */
function requireReachable({ address, server = network.controller.address }: SetupMediaRequest) {
  const { guest, prefixLength } = network;
  const [own = "", prefix] = (address ?? `${guest.address}/${prefixLength}`).split("/");
  // A name is resolved in the guest.
  if (!isIPv4(server)) return;
  const near = new BlockList();
  near.addSubnet(own, Number(prefix));
  if (near.check(server) && server !== own) return;
  throw new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: "write the set-up media",
    happened: `the guest at ${own}/${prefix} has no way to ${server}, the server of its shares`,
    hint: "give one of its own network with --server",
    data: { address, server },
  });
}
