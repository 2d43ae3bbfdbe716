import type { NamedState } from "@winvm/pipeline";
import type { Pipeline } from "../pipeline.ts";
import { usageError } from "../request/job-options.ts";
import type { Answer } from "../session/answer-command.ts";
import type { Session } from "../session/session.ts";
import type { PinOptions } from "./pins.ts";

/** The options of `winvm states` about names. */
export interface NameOptions {
  readonly name?: string;
  readonly unname?: string;
}

/** @throws CliError `CLI_USAGE` where several things are to be done at once. */
export function requireOne(options: NameOptions & PinOptions): void {
  const given = (["name", "unname", "pin", "unpin"] as const).filter(
    (option) => options[option] !== undefined,
  );
  const [first, second] = given;
  if (second === undefined || given.every((option) => option.endsWith("pin"))) return;
  throw usageError("states", [
    { path: `--${second}`, expected: `not with --${first}`, value: options[second] },
  ]);
}

/** Gives a name, or gives one up, where that is asked for; `undefined` where it is not. */
export async function nameAnswer(
  { name, unname }: NameOptions,
  pipeline: Pipeline,
  session: Session,
): Promise<Answer | undefined> {
  if (unname !== undefined) {
    const given = await pipeline.unnameState(unname, session.options);
    return { value: given, text: `given up: ${given.name} (${given.key})\n` };
  }
  if (name === undefined) return undefined;
  const [, given = "", state = ""] = /^([^=]+)=(.+)$/.exec(name) ?? [];
  if (state === "")
    throw usageError("states", [{ path: "--name", expected: "NAME=STATE", value: name }]);
  const named = await pipeline.nameState({ name: given, state }, session.options);
  return { value: named, text: nameText(named) };
}

function nameText({ name, state, movedFrom }: NamedState): string {
  const moved = movedFrom === undefined ? "" : `; before it was the name of ${movedFrom}`;
  return `named: ${name} is ${state.key} (${state.guest})${moved}\n`;
}
