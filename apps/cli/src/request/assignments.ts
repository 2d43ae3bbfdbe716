import type { ShareRequest } from "@winvm/pipeline";
import type { Fault } from "@winvm/runtime";
import { resolve } from "node:path";

/**
 * Reads `NAME=DIR[:ro]`. A relative directory is taken from `workingDirectory`; whether it exists is for the
 * pipeline to see.
 */
export function parseShare(text: string, workingDirectory: string): ShareRequest | undefined {
  const equals = text.indexOf("=");
  const name = text.slice(0, equals);
  const [, place = "", mode] = /^(.*?)(?::(ro|rw))?$/s.exec(text.slice(equals + 1)) ?? [];
  if (equals < 1 || place === "") return undefined;
  return { name, directory: resolve(workingDirectory, place), readOnly: mode === "ro" };
}

/** The environment of a job and what was wrong with its description. */
export interface ParsedEnvironment {
  readonly env: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];
}

/** Reads `K=V`, and `K` alone for the caller's own value. A later one wins over an earlier one of the same name. */
export function parseEnvironment(
  texts: readonly string[],
  caller: Readonly<Record<string, string | undefined>>,
): ParsedEnvironment {
  const faults: Fault[] = [];
  const entries: [string, string][] = [];
  for (const text of texts) {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    const value = equals < 0 ? ownValue(caller, name) : text.slice(equals + 1);
    if (name === "") {
      faults.push({ path: "--env", expected: "NAME=VALUE or NAME", value: text });
    } else if (value === undefined) {
      faults.push({
        path: "--env",
        expected: "a variable that is set here",
        value: text,
        hint: `--env ${name}= sets it empty`,
      });
    } else {
      entries.push([name, value]);
    }
  }
  // Not by assignment: a variable may be called __proto__.
  return { env: Object.fromEntries(entries), faults };
}

function ownValue(
  caller: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  return Object.hasOwn(caller, name) ? caller[name] : undefined;
}
