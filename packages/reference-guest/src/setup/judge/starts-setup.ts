import type { OpenAnswer } from "../answer/open.ts";

/**
 * Whether Setup takes a file that it finds at its start: one without the pass windowsPE is passed over (Microsoft,
 * Windows Setup Automation Overview). One that cannot be read is taken, and refused.
 */
export function startsSetup(answer: OpenAnswer): boolean {
  if (answer.kind !== "xml") return true;
  const passes = answer.root.children.map(({ attributes }) => attributes.get("pass")?.value);
  return passes.includes("windowsPE") || !passes.some((pass) => pass !== undefined);
}
