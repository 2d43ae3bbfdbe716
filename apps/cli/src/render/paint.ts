import { styleText } from "node:util";

/** What a piece of text means; how that looks is decided in one place. */
export type Meaning = "error" | "warning" | "good" | "dim" | "strong";

/** Colours a text, or leaves it as it is. */
export type Paint = (meaning: Meaning, text: string) => string;

const formats: Readonly<Record<Meaning, Parameters<typeof styleText>[0]>> = {
  error: ["red", "bold"],
  warning: ["yellow", "bold"],
  good: "green",
  dim: "dim",
  strong: "bold",
};

/** No colours at all. */
export const plain: Paint = (_meaning, text) => text;

/** Colours where the stream shows them: a terminal, unless `NO_COLOR` is set or `TERM` is dumb. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (meaning, text) => styleText(formats[meaning], text, { stream });
}
