import { traced, traceMoment } from "@winvm/runtime";
import type { Context } from "../context.ts";
import type { StageName } from "../events/event.ts";
import type { StoreKind } from "../store/layout.ts";
import { claimEntries } from "../store/claim.ts";
import type { EntryName } from "../store/needs.ts";
import type { MadeEntry, StoreEntry } from "../store/store.ts";

/** Tells how far a stage is. */
export type Tell = (step: string, more?: { detail?: string; fraction?: number }) => void;

/** What a stage makes. */
export interface StagePlan {
  readonly stage: StageName;
  readonly kind: StoreKind;
  readonly key: string;
  readonly title: string;
  /** As in `ObtainOptions`. */
  readonly replace?: boolean | undefined;
  /** What it is made from: not garbage meanwhile. */
  readonly uses?: readonly EntryName[] | undefined;
  readonly make: (directory: string, tell: Tell) => Promise<MadeEntry>;
}

/** Runs one stage, or finds that the store has its result, and tells either as events. */
export async function runStage(context: Context, plan: StagePlan): Promise<StoreEntry> {
  const { stage, key } = plan;
  const started = performance.now();
  // Only where something is made; until it has its name.
  await using claims = new AsyncDisposableStack();
  const subject = { group: "winvm", lane: "stages" };
  const entry = await traced(
    () => ({ ...subject, name: stage, details: { key } }),
    () =>
      context.store.obtain(
        plan.kind,
        key,
        async (directory) => {
          claims.use(await claimEntries(context.store, plan.uses ?? []));
          context.emit({ type: "stage:start", stage, key, title: plan.title });
          return plan.make(directory, (step, more) => {
            traceMoment(() => ({ ...subject, name: step, details: more }));
            context.emit({ type: "stage:step", stage, step, ...more });
          });
        },
        {
          signal: context.signal,
          replace: plan.replace,
          onEvent: context.emit,
          onSealing: (detail, fraction) =>
            context.emit({ type: "stage:step", stage, step: "seal it", detail, fraction }),
        },
      ),
  );
  context.emit({
    type: "stage:end",
    stage,
    key,
    elapsedMs: Math.round(performance.now() - started),
    cached: entry.cached,
  });
  return entry;
}
