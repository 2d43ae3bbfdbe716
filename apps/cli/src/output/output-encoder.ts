import type { PipelineEvent } from "@winvm/pipeline";
import { isUtf8 } from "node:buffer";

/** An event with a piece of the command's output. */
export type OutputEvent = Extract<PipelineEvent, { type: "output" }>;

/** Turns the bytes of one stream into events; the events' data, decoded and joined, are the bytes. */
export interface OutputEncoder {
  push(bytes: Buffer): readonly OutputEvent[];
  /** What was kept back at the end. */
  end(): readonly OutputEvent[];
}

/**
 * Makes the encoder of one stream: text where the bytes are UTF-8, base64 where they are not. A character whose
 * bytes come in two pieces is kept back until it is whole.
 */
export function outputEncoder(stream: "stdout" | "stderr"): OutputEncoder {
  let kept: Buffer = Buffer.alloc(0);
  const encode = (bytes: Buffer): readonly OutputEvent[] => {
    if (bytes.length === 0) return [];
    const encoding = isUtf8(bytes) ? "utf8" : "base64";
    return [{ type: "output", stream, encoding, data: bytes.toString(encoding) }];
  };
  return {
    push(bytes) {
      const all = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
      const whole = all.length - unfinishedLength(all);
      kept = Buffer.from(all.subarray(whole));
      return encode(all.subarray(0, whole));
    },
    end() {
      const rest = kept;
      kept = Buffer.alloc(0);
      return encode(rest);
    },
  };
}

/** How many bytes at the end (0 to 3) begin a UTF-8 character that is not complete yet. */
function unfinishedLength(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc2 && byte <= 0xf4) return back < characterLength(byte) ? back : 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return 0;
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
