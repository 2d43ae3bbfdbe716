import type { Fault } from "@winvm/runtime";

/** What the system said of an entry that could not be copied, as a fault. Pure. */
export function systemFault(path: string, error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException).code;
  return {
    path,
    expected: "something that can be copied",
    value: code ?? String(error),
    hint:
      error instanceof Error ? error.message.replaceAll(/\/proc\/self\/fd\/\d+\//g, "") : undefined,
  };
}
