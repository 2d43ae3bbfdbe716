import { XchgError } from "../errors.ts";

/** A list of texts as bytes: each text, in UTF-8, ends with NUL. The texts hold none. */
export function encodeList(items: readonly string[]): Buffer {
  return Buffer.from(items.map((item) => `${item}\0`).join(""));
}

/** Reads a list back. @throws XchgError `XCHG_STATUS_INVALID` where its end is missing. */
export function decodeList(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString();
  if (text === "") return [];
  if (!text.endsWith("\0")) {
    throw new XchgError({
      code: "XCHG_STATUS_INVALID",
      asked: "read a list",
      happened: "its last item has no end",
      data: { text: text.slice(-200) },
    });
  }
  return text.slice(0, -1).split("\0");
}
