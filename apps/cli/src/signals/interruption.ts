import { constants } from "node:os";

/** The signals that cancel. */
const cancelling = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type CancellingSignal = (typeof cancelling)[number];

/** The watch over the signals that cancel a command. */
export interface Interruption extends Disposable {
  /** The first that came. */
  readonly received: CancellingSignal | undefined;
}

export interface InterruptionOptions {
  /** The first signal: cancel, and take the time that tidying up needs. */
  readonly onFirst: (signal: CancellingSignal) => void;
  /** Before the exit that the second one forces. */
  readonly onForced: () => void;
}

/** The exit status of a process that a signal ended, as shells tell it: 130 for SIGINT. */
export function signalStatus(signal: CancellingSignal | "SIGPIPE"): number {
  return 128 + constants.signals[signal];
}

/** The first signal asks for an orderly end, the second one exits at once. */
export function watchInterruption(options: InterruptionOptions): Interruption {
  let received: CancellingSignal | undefined;
  const onSignal = (signal: CancellingSignal): void => {
    if (received !== undefined) {
      options.onForced();
      process.exit(signalStatus(signal));
    }
    received = signal;
    options.onFirst(signal);
  };
  for (const signal of cancelling) process.on(signal, onSignal);
  return {
    get received(): CancellingSignal | undefined {
      return received;
    },
    [Symbol.dispose](): void {
      for (const signal of cancelling) process.off(signal, onSignal);
    },
  };
}
