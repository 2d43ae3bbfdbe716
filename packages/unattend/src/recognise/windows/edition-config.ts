import { parseIni } from "../image/text.ts";
import type { MediaChannel } from "./volume-label.ts";

/**
 * What `sources\EI.CFG` says (Microsoft, Windows Setup Edition Configuration and Product ID Files): `[Channel]` is
 * Retail, OEM or Volume, on evaluation media `eval`; `[VL]` is 1 for volume licences.
 */
export function channelOfEditionConfig(text: string): MediaChannel | undefined {
  const config = parseIni(text);
  const channel = [...(config.get("channel")?.keys() ?? [])][0];
  if (channel?.startsWith("eval")) return "evaluation";
  if (channel === "volume" || config.get("vl")?.has("1")) return "volume";
  return channel === "oem" || channel === "retail" ? channel : undefined;
}

/** The languages of Setup itself, from `sources\lang.ini`: `[Available UI Languages]`. */
export function languagesOfLangIni(text: string): string[] {
  const listed = parseIni(text).get("available ui languages");
  return [...(listed?.keys() ?? [])]
    .filter((tag) => /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(tag))
    .map(tidy);
}

/** Media spell tags in any case. */
function tidy(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? tag;
  } catch {
    return tag;
  }
}
