import type { Job } from "@winvm/xchg";
import type { LayerRequest } from "../../request.ts";
import { sealOf } from "../../states/ancestry.ts";
import { keyOf, sha256 } from "../../store/keys.ts";
import type { Manifest } from "../../store/manifest.ts";

/** Changes when what this stage does changes in a way that its inputs don't show. */
const recipe = 1;

/** What a layer's key is made of, besides the state below it. */
export interface LayerWork extends Pick<LayerRequest, "job" | "shares"> {
  /** The hash of the inputs' content; undefined without inputs. */
  readonly inputsHash: string | undefined;
  /** The command that stands by in the guest. */
  readonly standing: string;
}

/**
 * All that decides what a layer is; its key is their hash. Names of shares count and not their content, which a layer
 * can't hold. Variables and scripts are in it by their hash only: a manifest is no place for secrets. Pure.
 */
export function layerInputs(
  parent: Pick<Manifest, "key" | "inputs" | "files" | "createdAt">,
  work: LayerWork,
): Readonly<Record<string, unknown>> {
  const { guest, image, controller } = parent.inputs;
  return {
    recipe,
    parent: parent.key,
    // A key is made again with another content: by --rebuild, or by another version of QEMU.
    parentSeal: sealOf(parent),
    guest,
    image,
    controller,
    standing: keyOf({ standing: work.standing }),
    job: keyOf(jobInputs(work.job)),
    ...(work.inputsHash === undefined ? {} : { inputs: work.inputsHash }),
    shares: (work.shares ?? []).map(({ name, readOnly }) => (readOnly ? `${name}:ro` : name)),
  };
}

function jobInputs({ command, env = {}, cwd }: Job): Readonly<Record<string, unknown>> {
  const what =
    command.kind === "argv"
      ? { argv: command.argv }
      : { shell: command.shell, text: sha256(command.text), args: command.args ?? [] };
  return { ...what, env, ...(cwd === undefined ? {} : { cwd }) };
}

/** The command as a list shows it. Pure. */
export function describeJob({ command }: Job): readonly string[] {
  if (command.kind === "argv") return command.argv;
  return [command.shell, "(a script)", ...(command.args ?? [])];
}

/** How many layers may lie on each other: every one is a file more that each revival opens. */
export const mostLayers = 24;
