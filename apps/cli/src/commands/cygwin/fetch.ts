import { fetchCygwin, readLockFile } from "@winvm/unattend";
import type { CygwinLock, CygwinRequest, FetchedCygwin } from "@winvm/unattend";
import { Option } from "commander";
import type { Command } from "commander";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { addCommonOptions, mergedOptions } from "../../program/options.ts";
import { formatSize } from "../../render/format.ts";
import { answerAlone } from "../../session/answer-command.ts";
import { withProgress } from "../../session/progress.ts";
import type { CliContext, CommonOptions } from "../../session/session.ts";
import { addChoiceOptions, keyringOption } from "./resolve.ts";

interface FetchOptions extends CommonOptions {
  readonly mirror: string;
  readonly arch?: CygwinLock["arch"];
  readonly category?: readonly string[];
  readonly package?: readonly string[];
  readonly lock?: string;
  readonly keyring?: string;
  readonly out: string;
}

/** `winvm cygwin fetch`. */
export function configureFetch(command: Command, context: CliContext): void {
  command
    .description(
      "Makes a repository that Cygwin's setup program installs from with -L. Each file is checked by size and hash; what an interrupted fetch has left is gone on with.",
    )
    .requiredOption(
      "--mirror <url|dir>",
      "what has x86_64/setup.ini or x86/setup.ini in it, or setup.zst in place of setup.ini",
    )
    .requiredOption("--out <dir>", "where the repository is to be")
    .addOption(
      new Option("--arch <name>", "x86_64 or x86 (default: x86_64)").choices(["x86_64", "x86"]),
    );
  addChoiceOptions(command, "Base, which the installer takes")
    .addOption(keyringOption())
    .option(
      "--lock <file>",
      "if it exists, fetch exactly what it says; if not, write down here what was fetched",
    );
  addCommonOptions(command, { json: "what was fetched as an object" });
  command.action((_options, self: Command) => {
    const options = mergedOptions(self) as FetchOptions;
    const lockFile = options.lock === undefined ? undefined : resolve(options.lock);
    const locked = lockFile !== undefined && existsSync(lockFile);
    return answerAlone(options, context, async (session) => {
      const directory = resolve(options.out);
      const lock = locked ? await readLockFile(lockFile) : undefined;
      const title = "fetch Cygwin's packages";
      const fetched = await withProgress(session, title, (tell) =>
        fetchCygwin({
          mirror: isUrl(options.mirror) ? options.mirror : resolve(options.mirror),
          directory,
          lock,
          keyring: options.keyring === undefined ? undefined : resolve(options.keyring),
          lockFile: locked ? undefined : lockFile,
          arch: options.arch,
          request: requestOf(options, locked),
          signal: session.signal,
          onProgress({ bytes, totalBytes, files, totalFiles }) {
            const detail = `${files} of ${totalFiles} files, ${formatSize(totalBytes)}`;
            tell("fetch", detail, totalBytes === 0 ? 1 : bytes / totalBytes);
          },
        }),
      );
      return { value: summary(directory, fetched), text: `${directory}\n` };
    });
  });
}

function summary(
  directory: string,
  { lock, fetchedBytes, reusedFiles, signature }: FetchedCygwin,
): object {
  const { release, arch, setupTimestamp, packages } = lock;
  const head = { directory, release, arch, setupTimestamp, packages: packages.length };
  return { ...head, fetchedBytes, reusedFiles, signature };
}

/** What was asked for; of an index always Base too, because the installer takes it. */
function requestOf(
  { category, package: packages }: FetchOptions,
  locked: boolean,
): CygwinRequest | undefined {
  if (locked && category === undefined && packages === undefined) return undefined;
  return { categories: category ?? (locked ? [] : ["Base"]), packages };
}

function isUrl(mirror: string): boolean {
  return /^(?:https?|file):/i.test(mirror);
}
