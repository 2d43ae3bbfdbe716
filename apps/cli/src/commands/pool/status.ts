import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../../program/options.ts";
import { poolTable } from "../../render/pools.ts";
import { answer } from "../../session/answer-command.ts";
import type { CliContext } from "../../session/session.ts";

/** `winvm pool status`. */
export function configureStatus(command: Command, context: CliContext): void {
  command.description("Tells what the pools of the store have.");
  addCommonOptions(command, { json: "an array of reports" });
  command.action((_options, self: Command) =>
    answer(mergedOptions(self), context, async (pipeline, session) => {
      const pools = await pipeline.listPools(session.options);
      return { value: pools, text: poolTable(pools) };
    }),
  );
}
