import type { ProcessIdentity } from "@winvm/runtime";
import type { Outcome } from "./outcome.ts";

/** The parts of the flow that take time. */
export type StageName =
  | "controller"
  | "media"
  | "install"
  | "rehearse"
  | "suspend"
  | "layer"
  | "run"
  | "export"
  | "import";

/**
 * What the pipeline tells while it works. The pipeline only sends events, whoever listens renders them. Per stage:
 * `stage:start`, any number of `stage:step` and `log`, then `stage:end`; a stage that is cached sends only
 * `stage:end` with `cached: true`.
 */
export type PipelineEvent =
  | {
      readonly type: "stage:start";
      readonly stage: StageName;
      /** What is made, in words: `install the reference guest`. */
      readonly title: string;
      readonly key?: string;
    }
  | {
      readonly type: "stage:step";
      readonly stage: StageName;
      /** What is being done, in words: `download Debian packages`. */
      readonly step: string;
      readonly detail?: string;
      /** 0 to 1, where it is known how far the step is. */
      readonly fraction?: number;
    }
  | {
      readonly type: "stage:end";
      readonly stage: StageName;
      readonly key?: string;
      readonly elapsedMs: number;
      readonly cached: boolean;
    }
  | {
      readonly type: "lock:wait";
      /** What is waited for: `images/4f…`. */
      readonly what: string;
      readonly holder: ProcessIdentity | undefined;
      /** The lock's file, where the holder is of another container: nobody can tell from here whether it still runs. */
      readonly lock?: string;
    }
  | {
      readonly type: "warning";
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
    }
  /** A line of a machine's console. */
  | {
      readonly type: "log";
      readonly stage: StageName;
      readonly source: "guest" | "controller";
      readonly line: string;
    }
  /** The job runs: its clone was revived and has passed its checks. */
  | { readonly type: "job:start"; readonly runId: string; readonly reviveMs: number }
  /** A piece of the command's output, only where the caller asked for output as events. */
  | {
      readonly type: "output";
      readonly stream: "stdout" | "stderr";
      readonly encoding: "utf8" | "base64";
      readonly data: string;
    }
  /** The last event of a run. */
  | ({ readonly type: "outcome" } & Outcome);

/** Who listens. */
export type EventListener = (event: PipelineEvent) => void;
