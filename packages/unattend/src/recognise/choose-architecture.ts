import type { Fault } from "@winvm/runtime";
import type { Architecture, GuestProfile } from "../catalogue/profile.ts";
import type { RecognisedMedia } from "./media.ts";

/**
 * Media for 32 and 64 bits (Media Creation Tool, "Both") begin with a menu of the boot manager. It takes its default entry
 * after 30 seconds, and Setup started by that entry runs on its own architecture only. By BIOS the default is the 64-bit
 * one (abbodi1406/BatUtil multi_arch_iso.cmd, which makes such media; UNVERIFIED on Microsoft's own), by 64-bit UEFI nothing else can start.
 */
const defaultEntry = "amd64";

/** The architecture to install, or why there is none. */
export interface ArchitectureChoice {
  readonly architecture: Architecture | undefined;
  readonly faults: readonly Fault[];
}

/** What the medium starts by itself, where there are drivers and a Cygwin for it and it is the wanted one. */
export function chooseArchitecture(
  { architectures }: RecognisedMedia,
  profile: GuestProfile,
  wanted: Architecture | undefined,
): ArchitectureChoice {
  const [only, ...others] = architectures;
  // Where the medium says nothing, the wish or the usual one has to do.
  if (only === undefined) return { architecture: wanted ?? profile.architecture, faults: [] };
  const both = others.length > 0 && architectures.includes(defaultEntry);
  const started = both ? defaultEntry : others.length === 0 ? only : undefined;
  const architecture = profile.architectures.find((one) => one === started);
  if (architecture !== undefined && (wanted ?? architecture) === architecture) {
    return { architecture, faults: [] };
  }
  const value = wanted ?? profile.architectures.join(" or ");
  const alone = `give an ISO for ${value} only`;
  const menu = both && architectures.some((one) => one === wanted);
  const fault: Fault = {
    path: "architecture",
    expected: menu
      ? `${defaultEntry}, which its boot menu starts by itself`
      : architectures.join(" and "),
    value,
    hint: menu
      ? `${alone}, as the Media Creation Tool makes it: nobody answers the boot menu of one for both`
      : alone,
  };
  return { architecture: undefined, faults: [fault] };
}
