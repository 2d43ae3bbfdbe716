import type { StateRecord } from "@winvm/pipeline";

/** A state and how many others it lies on. */
export interface TreeRow<State> {
  readonly state: State;
  readonly depth: number;
}

/**
 * States in the order of a tree: each is followed by those that were made on it, otherwise the order stays. One whose
 * parent is not there stands for itself. Pure.
 */
export function stateTree<State extends Pick<StateRecord, "key" | "parent">>(
  states: readonly State[],
): readonly TreeRow<State>[] {
  const keys = new Set(states.map(({ key }) => key));
  const children = Map.groupBy(states, ({ parent }) =>
    parent !== undefined && keys.has(parent) ? parent : "",
  );
  const below = (key: string, depth: number): readonly TreeRow<State>[] =>
    (children.get(key) ?? []).flatMap((state) => [
      { state, depth },
      ...below(state.key, depth + 1),
    ]);
  return below("", 0);
}
