import { DebianImageError } from "../errors.ts";
import type { DebianImageErrorCode } from "../errors.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly code: DebianImageErrorCode;
  readonly hint: string;
}

const RULES: readonly Rule[] = [
  {
    pattern: /No space left on device|You don't have enough free space|Disk quota exceeded/,
    code: "DEBIAN_IMAGE_DISK_FULL",
    hint: "free some space, or put the cache directory on another disk",
  },
  {
    pattern: /Hash Sum mismatch/,
    code: "DEBIAN_IMAGE_HASH_MISMATCH",
    hint: "apt's lists are older than the mirror: run apt-get update and try again",
  },
  {
    pattern: /404\s+Not Found|is not \(yet\) available|Unable to find the source/,
    code: "DEBIAN_IMAGE_FETCH_FAILED",
    hint: "the mirror no longer has that version: run apt-get update and try again",
  },
];

/** Pure: which of our errors apt's words on standard error mean. `fallback` is the code where no rule matches. */
export function aptFailure(
  asked: string,
  stderr: string,
  fallback: "DEBIAN_IMAGE_RESOLVE_FAILED" | "DEBIAN_IMAGE_FETCH_FAILED",
  cause?: unknown,
): DebianImageError {
  const lines = stderr.split("\n").filter((line) => /^[EW]: /.test(line));
  const happened = lines.length > 0 ? lines.join("\n") : stderr.trim() || "apt-get failed";
  const missing = [...stderr.matchAll(/Unable to locate package (\S+)/g)].map(
    ([, name = ""]) => name,
  );
  const none = [...stderr.matchAll(/Package '?([^'\s]+)'? has no installation candidate/g)].map(
    ([, name = ""]) => name,
  );
  const names = [...missing, ...none];
  if (names.length > 0) {
    return new DebianImageError({
      code: "DEBIAN_IMAGE_NO_PACKAGE",
      asked,
      happened: `apt knows no package ${names.join(", ")}`,
      hint: "check the name, and run apt-get update if the lists are old or empty",
      cause,
      data: { packages: names },
    });
  }
  const rule = RULES.find(({ pattern }) => pattern.test(stderr));
  return new DebianImageError({
    code: rule?.code ?? fallback,
    asked,
    happened,
    hint:
      rule?.hint ??
      (fallback === "DEBIAN_IMAGE_FETCH_FAILED"
        ? "check that this machine reaches its Debian mirror (apt-get update)"
        : "run apt-get update, then try apt-get --simulate install with the same names"),
    cause,
  });
}
