import { Writable } from "node:stream";

/** Where output goes of which only the moment of its first byte is wanted. */
export function firstByte(): { readonly sink: Writable; at(): number } {
  let at: number | undefined;
  const sink = new Writable({
    write(_chunk, _encoding, done) {
      at ??= performance.now();
      done();
    },
  });
  return {
    sink,
    at() {
      if (at === undefined) throw new Error("the command ended without an answer");
      return at;
    },
  };
}
