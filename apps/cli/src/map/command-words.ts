import type { PlannedCommand } from "../request/job-options.ts";

/** A command as words; a text stands for itself. */
export function wordsOf(command: PlannedCommand): readonly string[] {
  switch (command.kind) {
    case "argv":
      return command.argv;
    case "text":
      return [command.shell, "-c", command.text, ...command.args];
    case "file":
      return [command.shell, command.file, ...command.args];
  }
}
