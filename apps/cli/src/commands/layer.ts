import type { Command } from "commander";
import {
  addCommonOptions,
  addGuestOptions,
  addScriptOptions,
  addWorkOptions,
  mergedOptions,
} from "../program/options.ts";
import { planJob, usageError } from "../request/job-options.ts";
import type { TypedJobOptions } from "../request/job-options.ts";
import { makeLayer } from "../session/make-layer.ts";
import { runJob } from "../session/run-job.ts";
import { openSession } from "../session/session.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

const help = `
Revives a state, runs the command in it, and freezes it again: what the command has left on the
guest's disks and in its memory is there in every \`winvm run --from NAME\`. Layers lie on each other.
A command that does not end with 0 makes no layer, and its status is winvm's.

The same work on the same state is done once. With another command, other files of --in, other
variables the name moves to a new state; the old one stays until \`winvm gc\` removes it, and
that keeps what has a name. A layer that is there already runs nothing, so it brings nothing to
--out.

What the command leaves running must not use the shares, nor its standard output: start it in a
directory of C:, with its output in a file. The command has no standard input.

Examples:
  winvm layer toolchain --from reference --in installers -- cmd /c install.bat
  winvm layer warm --from toolchain --script warm-up.sh
  winvm run --from warm --in src --out dist -- cmd /c build.bat
  winvm layer tools --from 11 --iso win11.iso --cygwin cygwin.iso -- cmd /c setup.exe /quiet
`;

/** `winvm layer`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description("Does set-up work in a guest once, and keeps the guest frozen as it is then.")
    .usage("NAME --from STATE [options] -- COMMAND [ARGUMENTS…]")
    .argument("<name>", "the new state's: small letters, digits, dots, dashes, underscores")
    .argument("[command...]", "the command that does the work, and its arguments")
    .requiredOption("--from <state>", "a guest, a layer's name, or the beginning of a state's key");
  addGuestOptions(command, "make the layer anew, though the store has it");
  addWorkOptions(command);
  addScriptOptions(command);
  addCommonOptions(command, {
    json: "one event a line, the command's output too; the last is the outcome",
  });
  command
    .addHelpText("after", help)
    .action(async (name: string, operands: string[], _options, self: Command) => {
      const options: TypedJobOptions & CommonOptions = mergedOptions(self);
      const caller = { env: process.env, workingDirectory: process.cwd() };
      const { from } = options;
      // Commander sees to it, unless the text is empty.
      if (from === undefined || from === "") {
        throw usageError("layer", [{ path: "--from", expected: "a state", value: from }]);
      }
      const plan = planJob(operands, options, caller, "layer");
      using session = openSession(options, { eventsAsJson: true });
      context.exit(
        await runJob(plan, session, context, {}, { input: false, perform: makeLayer(name, from) }),
      );
    });
}
