import { readLockFile, writeCygwinIso } from "@winvm/unattend";
import type { Command } from "commander";
import { resolve } from "node:path";
import { addCommonOptions, mergedOptions } from "../../program/options.ts";
import { formatSize } from "../../render/format.ts";
import { answerAlone } from "../../session/answer-command.ts";
import { withProgress } from "../../session/progress.ts";
import type { CliContext, CommonOptions } from "../../session/session.ts";

interface IsoOptions extends CommonOptions {
  readonly lock: string;
  readonly from: string;
  readonly out: string;
  readonly setupExe?: string;
}

/** `winvm cygwin iso`. */
export function configureIso(command: Command, context: CliContext): void {
  command
    .description(
      "Packs a repository into an ISO that a guest installs Cygwin from. The same lock and setup program give the same bytes.",
    )
    .requiredOption("--lock <file>", "cygwin.lock.json of the repository")
    .requiredOption("--from <dir>", "the repository")
    .requiredOption("--out <file>", "the ISO")
    .option("--setup-exe <file>", "Cygwin's setup program, which becomes cygwin\\setup.exe");
  addCommonOptions(command, { json: "the ISO's path and size as an object" });
  command.action((_options, self: Command) => {
    const options = mergedOptions(self) as IsoOptions;
    return answerAlone(options, context, async (session) => {
      const lock = await readLockFile(resolve(options.lock));
      const file = resolve(options.out);
      const sizeBytes = await withProgress(session, "pack Cygwin's packages", (tell) =>
        writeCygwinIso(file, {
          lock,
          directory: resolve(options.from),
          setupExe: options.setupExe === undefined ? undefined : resolve(options.setupExe),
          signal: session.signal,
          onProgress(progress) {
            const { step } = progress;
            if (step === "check") {
              const { files, totalFiles } = progress;
              tell(step, `${files} of ${totalFiles} files`, files / totalFiles);
            } else {
              const { bytes, totalBytes } = progress;
              tell(step, formatSize(totalBytes), bytes / totalBytes);
            }
          },
        }),
      );
      const value = { file, sizeBytes, packages: lock.packages.length };
      return { value, text: `${file}\n` };
    });
  });
}
