import type { Command } from "commander";
import { resolve } from "node:path";
import type { ExportRecord } from "@winvm/pipeline";
import { findPlace } from "@winvm/runtime";
import { plainOutput } from "../output/standard-output.ts";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { formatSize } from "../render/format.ts";
import { usageError } from "../request/job-options.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

const notes = `
The file holds the state, its image, its controller and the names of its states; \`winvm import\` takes it on a machine
with the same QEMU and accelerator. It also holds the keys and passwords that open the guest, and whatever was in the guest's memory and on its
disk: keep it as you keep those. It is a zstd file, compressed once and for all. A file that exists is replaced when the new
one is complete; a link to it stays.
`;

/** `winvm export`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Writes a state and all that it needs into one file, with its secrets, to be revived elsewhere.",
    )
    .argument(
      "<state>",
      "its name, its key or the beginning of it (`winvm states`), or a guest: its newest plain state",
    )
    .argument("<file>", "the file to write; - or /dev/stdout is standard output")
    .addHelpText("after", notes);
  addCommonOptions(command, { json: "one object" });
  command.action(async (state: string, file: string, _options, self: Command) => {
    const options: CommonOptions = mergedOptions(self);
    const toStdout = file === "-" || (await isStdout(resolve(file)));
    if (toStdout && options.json === true)
      throw usageError("export", [
        { path: "--json", expected: "a FILE that is not standard output", value: file },
      ]);
    if (toStdout && process.stdout.isTTY)
      throw usageError("export", [
        { path: "FILE", expected: "a file: a terminal can't show it", value: file },
      ]);
    await answer(options, context, async (pipeline, session) => {
      const output = plainOutput(session.stdout, () => session.reporter.clear());
      const to = toStdout ? output.stream : resolve(file);
      const record = await pipeline.exportState({ state, to }, session.options);
      if (toStdout) await output.finish();
      return { value: record, text: toStdout ? "" : exportText(record) };
    });
  });
}

/** Whether a path is standard output's, as `/dev/stdout`: what else is printed must not come behind the state. */
async function isStdout(path: string): Promise<boolean> {
  // Whoever writes there is told why that can't be.
  const place = await findPlace(path).catch(() => undefined);
  return place?.kind === "open" && place.descriptor === 1;
}

function exportText({ file = "", sizeBytes, dataBytes }: ExportRecord): string {
  return `${file}: ${formatSize(sizeBytes)}, of ${formatSize(dataBytes)}\n`;
}
