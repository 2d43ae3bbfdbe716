import type { Contest } from "./harness/rounds.ts";

/** What a benchmark works with. */
export interface BenchContext {
  /** The store's directory; winvm's default when absent. */
  readonly store: string | undefined;
  /** Says what is being prepared. */
  readonly tell: (text: string) => void;
}

/** Something that can be measured. */
export interface Benchmark {
  /** Rounds that count when nobody says how many; at least 5. */
  readonly rounds: number;
  /** Prepares everything that is not measured; what it puts on the stack is undone at the end. */
  open(context: BenchContext, stack: AsyncDisposableStack): Promise<readonly Contest[]>;
}
