import { traced, traceMoment } from "@winvm/runtime";
import type { Context } from "../context.ts";
import type { StageName } from "../events/event.ts";
import type { StoreKind } from "../store/layout.ts";
import type { MadeEntry, StoreEntry } from "../store/store.ts";

/** Tells how far a stage is. */
export type Tell = (step: string, more?: { detail?: string; fraction?: number }) => void;

/** What a stage makes. */
export interface StagePlan {
  readonly stage: StageName;
  readonly kind: StoreKind;
  readonly key: string;
  readonly title: string;
  readonly make: (directory: string, tell: Tell) => Promise<MadeEntry>;
}

/** Runs one stage, or finds that the store has its result, and tells either as events. */
export async function runStage(context: Context, plan: StagePlan): Promise<StoreEntry> {
  const { stage, key } = plan;
  const started = performance.now();
  const subject = { group: "winvm", lane: "stages" };
  const entry = await traced(
    () => ({ ...subject, name: stage, details: { key } }),
    () =>
      context.store.obtain(
        plan.kind,
        key,
        (directory) => {
          context.emit({ type: "stage:start", stage, key, title: plan.title });
          return plan.make(directory, (step, more) => {
            traceMoment(() => ({ ...subject, name: step, details: more }));
            context.emit({ type: "stage:step", stage, step, ...more });
          });
        },
        {
          signal: context.signal,
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
