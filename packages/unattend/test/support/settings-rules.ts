import { readFileSync } from "node:fs";
import type { ReadSetting } from "./read-xml.ts";

interface Rule {
  readonly passes: readonly string[];
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly empty?: boolean;
}

/** Microsoft's reference; its own spelling of capitals varies, so names are compared without regard to it. */
const rules = new Map(
  Object.entries(
    JSON.parse(
      readFileSync(new URL("../fixtures/unattend-settings.json", import.meta.url), "utf8"),
    ) as Record<string, Rule>,
  ).map(([path, rule]) => [path.toLowerCase(), rule]),
);

/** Used by others on the Windows that had it, but older than the reference, which begins with Windows 7's names. */
rules.set("microsoft-windows-security-licensing-slc-ux/skipautoactivation", {
  passes: ["specialize"],
  enum: ["true", "false"],
});

/** What Microsoft's reference says against a setting. */
export function complaintsOf({
  pass,
  component,
  path,
  element: { children, text },
}: ReadSetting): string[] {
  const full = `${component}/${path}`;
  const rule = rules.get(full.toLowerCase());
  if (rule === undefined) return [`${full}: unknown`];
  const found: string[] = [];
  if (!rule.passes.includes(pass)) found.push(`${full}: not in ${pass}`);
  if (children.length > 0) return found;
  if (rule.enum && !rule.enum.includes(text)) found.push(`${full}: ${text}`);
  if (rule.maxLength !== undefined && text.length > rule.maxLength) found.push(`${full}: long`);
  if (rule.empty === false && text === "") found.push(`${full}: empty`);
  return found;
}
