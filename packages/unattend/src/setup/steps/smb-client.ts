import { may, must, setDword } from "../batch/step.ts";
import type { Command, Step } from "../batch/step.ts";
import { builds } from "../windows.ts";
import type { WindowsVersion } from "../windows.ts";

const parameters = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanWorkstation\\Parameters";

/**
 * The SMB client: connections live on while nobody uses them, and what the host writes is seen at once. Signing stays
 * as Windows has it, and guest access stays off. It holds from the next start on.
 */
export function smbClientStep({ build }: WindowsVersion): Step {
  return {
    name: "smb-client",
    minutes: 15,
    commands: [
      // Seconds; the largest value there is (Microsoft KB 297684).
      must(setDword(parameters, "KeepConn", 65_535)),
      ...(build < builds.vista ? xp : vista),
    ],
  };
}

// NTLMv2 instead of NTLM, and nothing older is sent.
const xp: readonly Command[] = [
  must(setDword("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa", "LmCompatibilityLevel", 3)),
];

// The caches came with SMB 2, links with Vista (Microsoft, Performance tuning for file servers; fsutil behavior).
const vista: readonly Command[] = [
  must(setDword(parameters, "FileInfoCacheLifetime", 0)),
  must(setDword(parameters, "DirectoryCacheLifetime", 0)),
  must(setDword(parameters, "FileNotFoundCacheLifetime", 0)),
  may("fsutil behavior set SymlinkEvaluation L2L:1 L2R:1 R2L:1 R2R:1"),
];
