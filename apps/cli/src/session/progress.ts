import type { Session } from "./session.ts";

/** Tells how far something is, as often as it likes. */
export type TellProgress = (step: string, detail: string, fraction: number) => void;

/** Does something that takes time outside the pipeline, and tells about it as the pipeline does about a stage. */
export async function withProgress<Result>(
  { reporter }: Session,
  title: string,
  work: (tell: TellProgress) => Promise<Result>,
): Promise<Result> {
  const stage = "media";
  const since = performance.now();
  let last = "";
  reporter.event({ type: "stage:start", stage, title });
  const result = await work((step, detail, fraction) => {
    // A step is a line with --verbose: only what differs is worth one.
    const told = `${detail} ${Math.floor(fraction * 100)}`;
    if (told === last) return;
    last = told;
    reporter.event({ type: "stage:step", stage, step, detail, fraction });
  });
  const elapsedMs = performance.now() - since;
  reporter.event({ type: "stage:end", stage, elapsedMs, cached: false });
  return result;
}
