import { PipelineError } from "../errors.ts";

/** The command's input could not be read: the command was ended, which would have taken a part of it for all. Pure. */
export function inputFailed(cause: Error): PipelineError {
  return new PipelineError({
    code: "PIPELINE_INPUT_FAILED",
    asked: "read the command's input",
    happened: `it can't be read: ${cause.message}`,
    hint: "the command was ended, since a part of its input would have been all of it to it",
    cause,
  });
}
