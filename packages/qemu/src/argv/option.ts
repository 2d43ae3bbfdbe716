/** A value of an option's property. Undefined ones are left out. */
export type OptionValue = string | number | boolean | undefined;

/**
 * An option of QEMU's `head,key=value,…` form. The only place where commas are quoted: QEMU reads `,,` as a comma
 * (docs/system/invocation, "keyval"). Booleans become `on` and `off`.
 */
export function qemuOption(
  head: string | undefined,
  properties: Readonly<Record<string, OptionValue>>,
): string {
  const parts = head === undefined ? [] : [quoteCommas(head)];
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    const text = typeof value === "boolean" ? (value ? "on" : "off") : String(value);
    parts.push(`${key}=${quoteCommas(text)}`);
  }
  return parts.join(",");
}

function quoteCommas(text: string): string {
  return text.replaceAll(",", ",,");
}
