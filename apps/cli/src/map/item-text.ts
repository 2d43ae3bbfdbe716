/** What an item is called where people read it. */
export function itemText(values: readonly string[]): string {
  return values.join(" ");
}

/** What the events of `--json` say of an item: `values` only where there are several lists. */
export function itemJson(values: readonly string[]): {
  readonly item: string;
  readonly values?: readonly string[];
} {
  return { item: itemText(values), ...(values.length === 1 ? {} : { values }) };
}
