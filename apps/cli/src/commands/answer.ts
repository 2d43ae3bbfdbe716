import type { Command } from "commander";
import { addAnswerOptions, addCommonOptions, mergedOptions } from "../program/options.ts";
import { answerRequest } from "../request/answer-options.ts";
import type { TypedAnswerOptions } from "../request/answer-options.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

const help = `
The file goes to standard output as Setup reads it. Without --password it holds one that is made
up, another one each time. XP and 2003 need --product-key: Microsoft publishes none for them.

Examples:
  winvm answer 11 > Autounattend.xml
  winvm answer 2025 --evaluation --image 2
  winvm answer xp --product-key XXXXX-XXXXX-XXXXX-XXXXX-XXXXX > winnt.sif
`;

/** `winvm answer`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description("Prints the answer file with which a Windows installs itself.")
    .argument("<guest>", "a name of the catalogue: xp, 7, 11, 2025, …");
  addAnswerOptions(command);
  addCommonOptions(command, { json: "one object: the file, its name, what carries it" });
  command.addHelpText("after", help).action((guest: string, _options, self: Command) => {
    const options: CommonOptions & TypedAnswerOptions = mergedOptions(self);
    return answer(options, context, async (pipeline, session) => {
      const record = await pipeline.answerFor(answerRequest(guest, options, process.cwd()));
      if (session.verbosity !== "quiet" && !session.json) {
        await session.stderr.write(
          record.drivers
            .map(
              ({ directory, place }) =>
                `winvm: ${directory} belongs at ${place} in the root of a drive\n`,
            )
            .join(""),
        );
      }
      return { value: record, text: record.text };
    });
  });
}
