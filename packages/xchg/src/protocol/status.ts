/** The keys and values of a status file, without its end. */
export type Status = ReadonlyMap<string, string>;

/** Why a text is not a status file. */
export type StatusFault = "incomplete" | "malformed";

/**
 * Reads what the guest's runner writes: lines `key=value`, the last one `end=NONCE`. It is written in one go, but a
 * reader may come in between: without the last line nothing of it counts.
 *
 * @returns `incomplete` where the end is missing, `malformed` for a line of another form or a key given twice
 */
export function parseStatus(text: string, nonce: string): Status | StatusFault {
  const end = `end=${nonce}\n`;
  if (text !== end && !text.endsWith(`\n${end}`)) return "incomplete";
  const status = new Map<string, string>();
  for (const line of text.slice(0, -end.length).split("\n").slice(0, -1)) {
    const at = line.indexOf("=");
    const key = line.slice(0, at);
    if (at < 0 || !/^[a-z][A-Za-z]*$/.test(key) || status.has(key)) return "malformed";
    status.set(key, line.slice(at + 1));
  }
  return status;
}

/** Writes a status file; the values hold no line breaks. */
export function formatStatus(status: Status, nonce: string): string {
  return `${[...status].map(([key, value]) => `${key}=${value}\n`).join("")}end=${nonce}\n`;
}
