import type { AnswerRequest } from "@winvm/pipeline";
import type { TypedSetupOptions } from "./media-options.ts";
import { setupRequest } from "./media-options.ts";

/** The options of `answer` and `media` as they were typed. */
export interface TypedAnswerOptions extends TypedSetupOptions {
  readonly evaluation?: boolean;
  readonly image?: string;
  readonly address?: string;
}

/** What the options ask for; an image of digits only is an index. */
export function answerRequest(
  guest: string,
  typed: TypedAnswerOptions,
  workingDirectory: string,
): AnswerRequest {
  const { evaluation, image, address } = typed;
  return {
    guest,
    ...setupRequest(typed, workingDirectory),
    ...(evaluation === undefined ? {} : { evaluation }),
    ...(image === undefined ? {} : { image: /^\d+$/.test(image) ? Number(image) : image }),
    ...(address === undefined ? {} : { address }),
  };
}
