/** The two files of UEFI firmware in flash. */
export interface UefiFirmware {
  /** The program; shared and read only. */
  readonly code: string;
  /** The empty variable store; a template, to be copied for each machine. */
  readonly vars: string;
}

interface Descriptor {
  readonly "interface-types"?: readonly string[];
  readonly mapping?: {
    readonly device?: string;
    readonly executable?: { readonly filename?: string; readonly format?: string };
    readonly "nvram-template"?: { readonly filename?: string; readonly format?: string };
  };
  readonly targets?: readonly { readonly architecture?: string }[];
  readonly features?: readonly string[];
}

/**
 * Reads one of QEMU's firmware descriptors; undefined where it describes something else than plain UEFI for a
 * 64-bit PC in two raw flash images. (docs/interop/firmware.json of QEMU)
 */
export function parseDescriptor(text: string): UefiFirmware | undefined {
  let descriptor: Descriptor;
  try {
    descriptor = JSON.parse(text) as Descriptor;
  } catch {
    return undefined;
  }
  if (typeof descriptor !== "object" || descriptor === null) return undefined;
  const { mapping, features = [], targets = [] } = descriptor;
  const code = mapping?.executable;
  const vars = mapping?.["nvram-template"];
  const fits =
    descriptor["interface-types"]?.includes("uefi") === true &&
    targets.some(({ architecture }) => architecture === "x86_64") &&
    mapping?.device === "flash" &&
    code?.format === "raw" &&
    vars?.format === "raw" &&
    !features.includes("requires-smm") &&
    !features.includes("enrolled-keys");
  if (!fits || code?.filename === undefined || vars?.filename === undefined) return undefined;
  return { code: code.filename, vars: vars.filename };
}
