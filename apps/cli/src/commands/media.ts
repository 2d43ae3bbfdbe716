import type { Command } from "commander";
import { join, resolve } from "node:path";
import { addAnswerOptions, addCommonOptions, mergedOptions } from "../program/options.ts";
import { answerRequest } from "../request/answer-options.ts";
import type { TypedAnswerOptions } from "../request/answer-options.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

const help = `
setup.iso goes into a second CD drive, floppy.img, where there is one, into drive A. The private
key opens the guest's SSH server; secrets.json has the passwords. Only you can read these two.
`;

/** `winvm media`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description("Writes the set-up media that an installation would get; prints their paths.")
    .argument("<guest>", "a name of the catalogue: xp, 7, 11, 2025, …")
    .requiredOption("--out <dir>", "the directory to make; it may be there if it is empty");
  addAnswerOptions(command);
  command.option("--server <host>", "the server of its shares (default: 192.168.0.2, winvm's own)");
  addCommonOptions(command, { json: "one object" });
  command.addHelpText("after", help).action((guest: string, _options, self: Command) => {
    const options: CommonOptions & TypedAnswerOptions & { out: string; server?: string } =
      Object.assign({ out: "" }, mergedOptions(self));
    return answer(options, context, async (pipeline, session) => {
      const { server } = options;
      const request = { ...answerRequest(guest, options, process.cwd()), server };
      const record = await pipeline.writeSetupMedia(request, resolve(options.out), session.options);
      const lines = record.files.map((name) => `${join(record.directory, name)}\n`);
      return { value: record, text: lines.join("") };
    });
  });
}
