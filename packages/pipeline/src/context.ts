import type { EventListener } from "./events/event.ts";
import type { Host } from "./host/host.ts";
import type { PipelineOptions } from "./request.ts";
import { defaultStore } from "./store/layout.ts";
import { Store } from "./store/store.ts";

/** What every stage works with. */
export interface Context {
  readonly store: Store;
  readonly emit: EventListener;
  readonly signal: AbortSignal | undefined;
  /** QEMU and the accelerator; probed at the first call. */
  host(): Promise<Host>;
}

/** Opens the store and gathers what the stages share. */
export async function openContext(options: PipelineOptions): Promise<Context> {
  const store = await Store.open(options.store ?? defaultStore());
  const { signal } = options;
  let host: Promise<Host> | undefined;
  return {
    store,
    signal,
    emit: options.onEvent ?? (() => {}),
    host: () => (host ??= probe(store, signal)),
  };
}

/** The same, with QEMU and the accelerator looked at again: for whoever works so long that they may be others by now. */
export function lookAgain(context: Context): Context {
  let host: Promise<Host> | undefined;
  return { ...context, host: () => (host ??= probe(context.store, context.signal)) };
}

async function probe({ layout }: Store, signal: AbortSignal | undefined): Promise<Host> {
  const { openHost } = await import("./host/host.ts");
  return openHost(layout, signal);
}
