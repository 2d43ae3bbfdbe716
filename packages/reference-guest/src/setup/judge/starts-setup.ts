import { parseXml } from "../answer/parse-xml.ts";

/**
 * Whether Setup takes a file that it finds at its start: one without the pass windowsPE is passed over (Microsoft,
 * Windows Setup Automation Overview). One that cannot be read is taken, and refused.
 */
export function startsSetup(fileName: string, text: string | undefined): boolean {
  if (text === undefined || fileName.toLowerCase().endsWith(".sif")) return true;
  const parsed = parseXml(text);
  if ("refusal" in parsed) return true;
  const passes = parsed.root.children.map(({ attributes }) => attributes.get("pass")?.value);
  return passes.includes("windowsPE") || !passes.some((pass) => pass !== undefined);
}
