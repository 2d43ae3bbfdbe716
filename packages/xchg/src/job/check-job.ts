import type { Fault } from "@winvm/runtime";
import type { Job, JobCommand } from "./job.ts";

/** All that is wrong with a job. */
export function jobFaults(job: Job): Fault[] {
  const faults = commandFaults(job.command);
  for (const [name, value] of Object.entries(job.env ?? {})) {
    const path = `env.${name}`;
    if (name === "" || name.startsWith("-") || name.includes("=") || !isText(name)) {
      faults.push({ path, expected: "a name without = and not beginning with -", value: name });
    }
    if (!isText(value)) faults.push({ path, expected: noNul, value });
  }
  if (job.cwd !== undefined && (job.cwd === "" || !isText(job.cwd))) {
    faults.push({ path: "cwd", expected: `a path, ${noNul}`, value: job.cwd });
  }
  return faults;
}

function commandFaults(command: JobCommand): Fault[] {
  const faults: Fault[] = [];
  const items = command.kind === "argv" ? command.argv : (command.args ?? []);
  const list = command.kind === "argv" ? "command.argv" : "command.args";
  if (command.kind === "argv" && (command.argv[0] ?? "") === "") {
    faults.push({ path: "command.argv", expected: "a program, first of all", value: command.argv });
  }
  for (const [index, item] of items.entries()) {
    if (!isText(item)) faults.push({ path: `${list}[${index}]`, expected: noNul, value: item });
  }
  if (command.kind === "script" && command.shell !== "bash" && hasNul(command.text)) {
    faults.push({ path: "command.text", expected: noNul, value: command.text });
  }
  return faults;
}

/** Exec and the environment end a text at NUL; a lone surrogate has no UTF-8. */
const noNul = "text without NUL";

function isText(value: string): boolean {
  return !value.includes("\0") && value.isWellFormed();
}

function hasNul(text: string | Uint8Array): boolean {
  return typeof text === "string" ? !isText(text) : text.includes(0);
}
