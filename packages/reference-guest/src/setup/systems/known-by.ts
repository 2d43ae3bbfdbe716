import { atLeast } from "./system.ts";
import type { SetupSystem } from "./system.ts";

interface Span {
  /** First version that knows it. */
  readonly from?: string;
  /** First version that does not know it any more. */
  readonly until?: string;
  readonly kind?: "client" | "server";
}

const serverOnly: Span = { kind: "server" };
const OOBE = "microsoft-windows-shell-setup/oobe";

/**
 * Components and settings that some versions only know; Setup of the others has nobody who would read them. Sources:
 * answer files of dockur/windows for each version (SLC up to Vista, SPP from 7 on; the components of servers), and the
 * settings' own pages ("applies only to the Windows Server editions").
 */
const spans: Readonly<Record<string, Span>> = {
  "microsoft-windows-security-licensing-slc": { until: "6.1" },
  "microsoft-windows-security-licensing-slc-ux": { until: "6.1" },
  "microsoft-windows-security-spp": { from: "6.1" },
  "microsoft-windows-security-spp-ux": { from: "6.1" },
  "microsoft-windows-security-spp-ux-sppcc": { from: "6.1" },
  "microsoft-windows-servermanager-svrmgrnc": serverOnly,
  "microsoft-windows-outofboxexperience": serverOnly,
  "microsoft-windows-ie-esc": serverOnly,
  [`${OOBE}/hidelocalaccountscreen`]: { from: "6.2", ...serverOnly },
  [`${OOBE}/hideonlineaccountscreens`]: { from: "6.2" },
  "microsoft-windows-shell-setup/showwindowslive": { until: "6.2" },
};

/** Why a version has nobody who reads a component or setting; `undefined` where it has. */
export function unknownTo(system: SetupSystem, path: string): string | undefined {
  const span = spans[path.toLowerCase()];
  if (span === undefined) return undefined;
  if (span.kind !== undefined && span.kind !== system.kind)
    return `${system.title} does not know it: it is of ${span.kind}s only`;
  const known =
    (span.from === undefined || atLeast(system, span.from)) &&
    (span.until === undefined || !atLeast(system, span.until));
  return known ? undefined : `${system.title} does not know it`;
}
