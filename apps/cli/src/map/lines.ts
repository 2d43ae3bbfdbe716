const newline = 0x0a;

/** Changes the bytes of one stream on their way. */
export interface Filter {
  push(bytes: Buffer): Buffer;
  /** What was kept back at the end. */
  end(): Buffer;
}

const nothing = Buffer.alloc(0);

/** Leaves all as it is. */
export function unchanged(): Filter {
  return { push: (bytes) => bytes, end: () => nothing };
}

/** Hands on whole lines only; what is after the last newline comes at the end. */
export function wholeLines(): Filter {
  let kept: Buffer[] = [];
  return {
    push(bytes) {
      const end = bytes.lastIndexOf(newline) + 1;
      if (end === 0) {
        if (bytes.length > 0) kept.push(Buffer.from(bytes));
        return nothing;
      }
      const whole = Buffer.concat([...kept, bytes.subarray(0, end)]);
      kept = end < bytes.length ? [Buffer.from(bytes.subarray(end))] : [];
      return whole;
    },
    end() {
      const rest = Buffer.concat(kept);
      kept = [];
      return rest;
    },
  };
}

/** Puts a tag and a tab before each line. */
export function tagged(tag: string): Filter {
  const prefix = Buffer.from(`${tag}\t`);
  let lineBegins = true;
  return {
    push(bytes) {
      const parts: Buffer[] = [];
      for (let at = 0; at < bytes.length;) {
        if (lineBegins) parts.push(prefix);
        const found = bytes.indexOf(newline, at);
        const end = found < 0 ? bytes.length : found + 1;
        parts.push(bytes.subarray(at, end));
        lineBegins = found >= 0;
        at = end;
      }
      return Buffer.concat(parts);
    },
    end: () => nothing,
  };
}

/** One filter after the other. */
export function chain(first: Filter, second: Filter): Filter {
  return {
    push: (bytes) => second.push(first.push(bytes)),
    end: () => Buffer.concat([second.push(first.end()), second.end()]),
  };
}
