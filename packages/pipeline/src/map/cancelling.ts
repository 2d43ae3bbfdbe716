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
