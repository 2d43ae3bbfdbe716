import { PipelineError } from "../errors.ts";
import { keyPattern } from "./state-name.ts";

/** What a store has that can be meant. */
export interface KnownStates {
  readonly names: ReadonlyMap<string, string>;
  readonly keys: readonly string[];
  readonly isGuest: (name: string) => boolean;
  /** Of what the keys are, in words; `state` when absent. */
  readonly kind?: "state" | "image" | undefined;
}

/** What is meant: a guest's plain state, which may have to be made, or a state of the store. */
export type StateReference =
  | { readonly kind: "guest"; readonly guest: string }
  | { readonly kind: "key"; readonly key: string };

/**
 * What a text means: the name of a guest, of a state, or the beginning of a key. Pure.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN`, `PIPELINE_STATE_AMBIGUOUS`.
 */
export function resolveState(text: string, known: KnownStates): StateReference {
  if (known.isGuest(text)) return { kind: "guest", guest: text };
  const { kind = "state" } = known;
  const asked = `find the ${kind} ${JSON.stringify(text)}`;
  const named = known.names.get(text);
  if (named !== undefined) {
    if (known.keys.includes(named)) return { kind: "key", key: named };
    throw new PipelineError({
      code: "PIPELINE_STATE_UNKNOWN",
      asked,
      happened: `the state that had this name, ${named}, is not in the store any more`,
      hint: `make it again with \`winvm layer ${text} --from …\``,
      data: { text, key: named },
    });
  }
  const found = keyPattern.test(text) ? known.keys.filter((key) => key.startsWith(text)) : [];
  const [key] = found;
  if (key === undefined) {
    throw new PipelineError({
      code: "PIPELINE_STATE_UNKNOWN",
      asked,
      happened: `no guest and no ${kind} has this name, and no key begins with it`,
      hint: `\`winvm ${kind}s\` lists the ${kind}s; a key's first four digits are enough if no other has them`,
      data: { text },
    });
  }
  if (found.length === 1) return { kind: "key", key };
  throw new PipelineError({
    code: "PIPELINE_STATE_AMBIGUOUS",
    asked,
    happened: `the keys of ${found.length} ${kind}s begin with it: ${found.join(", ")}`,
    hint: "give more digits",
    data: { text, found },
  });
}
