import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../../program/options.ts";
import { answer } from "../../session/answer-command.ts";
import type { CliContext, CommonOptions } from "../../session/session.ts";

/** `winvm pool stop`. */
export function configureStop(command: Command, context: CliContext): void {
  command
    .description("Ends the pools of the store; jobs at work are waited for.")
    .option("--now", "cancel the jobs at work");
  addCommonOptions(command, { json: "how many have stopped" });
  command.action((_options, self: Command) => {
    const options: CommonOptions & { readonly now?: boolean } = mergedOptions(self);
    return answer(options, context, async (pipeline, session) => {
      const stopped = await pipeline.stopPools({ now: options.now ?? false }, session.options);
      return {
        value: { stopped },
        text: stopped === 0 ? "no pool is at work\n" : `${stopped} stopped\n`,
      };
    });
  });
}
