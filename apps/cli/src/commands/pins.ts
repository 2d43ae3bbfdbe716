import type { Command } from "commander";
import type { ImageRecord } from "@winvm/pipeline";
import type { Pipeline } from "../pipeline.ts";
import { usageError } from "../request/job-options.ts";
import type { CommonOptions, Session } from "../session/session.ts";
import type { Answer } from "../session/answer-command.ts";

/** The options of the listings about what `winvm gc` never takes. */
export interface PinOptions extends CommonOptions {
  readonly pin?: string;
  readonly unpin?: string;
}

/** Adds `--pin` and `--unpin` to a listing. */
export function addPinOptions(command: Command, what: "state" | "image"): void {
  const named = what === "state" ? "its name, " : "";
  const which = `${named}its key, the beginning of it, or a guest`;
  command
    .option(`--pin <${what}>`, `keep this ${what}, and what it needs, from \`winvm gc\`: ${which}`)
    .option(`--unpin <${what}>`, "let it go again");
}

/** Pins or lets go where that is asked for; `undefined` where it is not. */
export async function pinAnswer(
  kind: "states" | "images",
  { pin, unpin }: PinOptions,
  pipeline: Pipeline,
  session: Session,
): Promise<Answer | undefined> {
  const name = pin ?? unpin;
  if (name === undefined) return undefined;
  const pinned = pin !== undefined;
  if (pinned && unpin !== undefined)
    throw usageError(kind, [{ path: "--unpin", expected: "not with --pin", value: unpin }]);
  const record = await pipeline.pinEntry({ kind, name, pinned }, session.options);
  return { value: record, text: pinText(record) };
}

function pinText({ key, guest, pinned }: ImageRecord): string {
  return `${pinned ? "pinned" : "let go"}: ${key} (${guest})\n`;
}
