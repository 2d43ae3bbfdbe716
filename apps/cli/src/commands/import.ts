import type { Command } from "commander";
import { resolve } from "node:path";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { importText } from "../render/listings.ts";
import { usageError } from "../request/job-options.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

const notes = `
Everything is checked before the store has it: a file that is damaged, cut off or not winvm's leaves nothing. What the store
has already is not written again. States get the names that they had; one that is another state's here stays that. On a machine with another QEMU or accelerator the state is taken all the same, but not
revived: \`winvm suspend GUEST --rebuild\` freezes its image anew there. Take files only from those whom you would let run programs in
your guest: their disk and memory are what you run.
`;

/** `winvm import`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Takes a state, and all that it needs, from a file that `winvm export` has written.",
    )
    .argument("<file>", "the file; - is standard input")
    .addHelpText("after", notes);
  addCommonOptions(command, { json: "one object" });
  command.action(async (file: string, _options, self: Command) => {
    const options: CommonOptions = mergedOptions(self);
    if (file === "-" && process.stdin.isTTY)
      throw usageError("import", [
        { path: "FILE", expected: "a file, or standard input from a pipe", value: file },
      ]);
    await answer(options, context, async (pipeline, session) => {
      const from = file === "-" ? process.stdin : resolve(file);
      const record = await pipeline.importState({ from }, session.options);
      return { value: record, text: importText(record) };
    });
  });
}
