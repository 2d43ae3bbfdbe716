import type { QmpTimestamp } from "./messages.ts";

/** An event of any kind. */
export interface AnyQmpEvent {
  /** The name, as in QAPI: `RESUME`, `SHUTDOWN`, … */
  readonly event: string;
  /** `{}` where the event has none. */
  readonly data: unknown;
  readonly timestamp: QmpTimestamp;
}

type Listener = (event: AnyQmpEvent) => void;

interface Waiter {
  readonly name: string;
  readonly where: ((data: unknown) => boolean) | undefined;
  readonly resolve: (event: AnyQmpEvent) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Who wants to hear of events. Names are QAPI's own and live in a map, so `RESUME` or `__proto__` mean nothing but
 * themselves.
 */
export class EventHub {
  readonly #listeners = new Set<{
    readonly name: string | undefined;
    readonly listener: Listener;
  }>();
  readonly #waiters = new Set<Waiter>();

  /**
   * @param name undefined for every event
   * @returns what ends it
   */
  listen(name: string | undefined, listener: Listener): () => void {
    const entry = { name, listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** The next event of that name for which `where` holds; forgotten when the signal fires. */
  wait(name: string, where: Waiter["where"], signal: AbortSignal): Promise<AnyQmpEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<AnyQmpEvent>();
    const waiter: Waiter = { name, where, resolve, reject };
    this.#waiters.add(waiter);
    signal.addEventListener("abort", () => this.#waiters.delete(waiter), { once: true });
    return promise;
  }

  /** Tells waiters first, then listeners, each in the order of their arrival. */
  deliver(event: AnyQmpEvent): void {
    // Copies: who is added meanwhile waits for the next one. Who is removed meanwhile hears nothing.
    const waiters = [...this.#waiters].filter(({ name }) => name === event.event);
    for (const waiter of waiters) {
      if (this.#waiters.has(waiter)) this.#offer(waiter, event);
    }
    const listeners = [...this.#listeners].filter(
      ({ name }) => name === undefined || name === event.event,
    );
    for (const entry of listeners) {
      if (this.#listeners.has(entry)) tell(entry.listener, event);
    }
  }

  /** No event will come any more. */
  failAll(reason: (name: string) => unknown): void {
    const left = [...this.#waiters];
    this.#waiters.clear();
    this.#listeners.clear();
    for (const { name, reject } of left) reject(reason(name));
  }

  #offer(waiter: Waiter, event: AnyQmpEvent): void {
    try {
      if (waiter.where?.(event.data) === false) return;
      waiter.resolve(event);
    } catch (error) {
      waiter.reject(error);
    }
    this.#waiters.delete(waiter);
  }
}

/** A listener's failure is its owner's: the session and the other listeners go on. */
function tell(listener: (event: AnyQmpEvent) => unknown, event: AnyQmpEvent): void {
  const warn = (error: unknown): void => {
    process.emitWarning(
      `a listener of ${event.event} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      { type: "QmpListenerWarning" },
    );
  };
  try {
    const result = listener(event);
    if (result instanceof Promise) result.catch(warn);
  } catch (error) {
    warn(error);
  }
}
