import type { LayerResult } from "@winvm/pipeline";
import { shortKey } from "../render/format.ts";
import type { Perform } from "./run-job.ts";

/** Makes a layer of a job's request. */
export function makeLayer(name: string, from: string): Perform {
  return async (pipeline, request, options) => {
    const { guest: _guest, warmUp: _warmUp, stdin: _stdin, terminal: _terminal, ...work } = request;
    const result = await pipeline.layer({ ...work, name, from }, options);
    if (result.kind === "notMade") {
      const { outcome } = result;
      // Other ends are told with their reasons anyway.
      if (outcome.kind !== "exited") return { outcome };
      return { outcome, lines: [`there is no layer: the command ended with ${outcome.exitCode}`] };
    }
    return {
      outcome: { kind: "exited", exitCode: 0 },
      made: result,
      lines: layerLines(name, result),
    };
  };
}

/** What people are told of a layer. Pure. */
export function layerLines(
  name: string,
  { state, cached, movedFrom }: Extract<LayerResult, { kind: "layered" }>,
): readonly string[] {
  const key = shortKey(state.key);
  return [
    cached ? `${name} is ${key}, which was there already` : `${name} is ${key}`,
    ...(movedFrom === undefined
      ? []
      : [
          `${name} was ${shortKey(movedFrom)} before; that state stays until \`winvm gc\` removes it`,
        ]),
  ];
}
