/** What a promise gives; `undefined` once the signal is aborted, if that comes first. */
export async function abortable<Value>(
  value: Value | Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const onAbort = (): void => aborted.resolve(undefined);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([value, aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** What {@link brokenBy} gives. */
export interface Breakable extends Disposable {
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => void;
  /** @throws what was the first to fail. */
  check(): void;
}

/** A signal that the caller's aborts, and so does the first failure of a listener that nobody waits for. */
export function brokenBy(signal: AbortSignal | undefined): Breakable {
  const own = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  const onAbort = (): void => own.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: own.signal,
    fail: (error: unknown): void => {
      failure ??= { error };
      own.abort(error);
    },
    check(): void {
      if (failure !== undefined) throw failure.error;
    },
    [Symbol.dispose]: () => signal?.removeEventListener("abort", onAbort),
  };
}
