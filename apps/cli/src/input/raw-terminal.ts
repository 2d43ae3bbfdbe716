import type { ReadStream } from "node:tty";

/** A terminal that hands every key to the guest; disposing of it gives the line mode back. */
export interface RawTerminal extends Disposable {
  /** From now on keys go through, Ctrl-C too. */
  enter(): void;
}

/** Prepares raw mode of a terminal; it is given back at the end of the process at the latest. */
export function rawTerminal(input: ReadStream): RawTerminal {
  const leave = (): void => {
    process.off("exit", leave);
    if (input.isRaw) input.setRawMode(false);
  };
  return {
    enter(): void {
      process.on("exit", leave);
      input.setRawMode(true);
    },
    [Symbol.dispose]: leave,
  };
}
