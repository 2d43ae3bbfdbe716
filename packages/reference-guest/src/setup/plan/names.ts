import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { child, descend, textOf } from "../answer/element.ts";
import type { Finding } from "../refusal.ts";

const SETUP = "Microsoft-Windows-Setup";
const SHELL = "Microsoft-Windows-Shell-Setup";

/** Computer, owner, licence, clock. */
export function planNames(document: AnswerDocument): {
  readonly names: {
    readonly computerName: string;
    readonly owner: string;
    readonly organization: string;
    readonly timeZone: string;
  };
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const setup = component(document, "windowsPE", SETUP);
  const shell = component(document, "specialize", SHELL);
  if (textOf(setup, "UserData", "AcceptEula")?.toLowerCase() !== "true") {
    const setting = `${SETUP}/UserData/AcceptEula`;
    const at = descend(setup, "UserData", "AcceptEula");
    findings.push({ pass: "windowsPE", setting, reason: "it has to be true, or Setup asks", at });
  }
  const computerName = textOf(shell, "ComputerName") ?? "*";
  const wrong = computerNameFault(computerName);
  if (wrong !== undefined) {
    const at = child(shell, "ComputerName");
    findings.push({ pass: "specialize", setting: `${SHELL}/ComputerName`, reason: wrong, at });
  }
  return {
    findings,
    names: {
      computerName,
      owner: textOf(setup, "UserData", "FullName") ?? "",
      organization: textOf(setup, "UserData", "Organization") ?? "",
      timeZone: textOf(shell, "TimeZone") ?? "UTC",
    },
  };
}

/** Why a text is no NetBIOS computer name; `undefined` where it is one. */
export function computerNameFault(name: string): string | undefined {
  if (name === "*") return undefined;
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > 15) return `${JSON.stringify(name)} has ${bytes} bytes, 15 are allowed`;
  if (/^\d*$/.test(name)) return `${JSON.stringify(name)} has no letter`;
  return /^[A-Za-z0-9-]+$/.test(name)
    ? undefined
    : `${JSON.stringify(name)} has other characters than letters, digits and -`;
}
