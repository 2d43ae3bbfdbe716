/** One line of apt's status descriptor about a download. */
export interface DownloadStatus {
  /** 0–1. */
  readonly fraction: number;
  readonly text: string;
}

/**
 * A reader for apt's `APT::Status-Fd` (lines `dlstatus:ITEM:PERCENT:TEXT`; apt's README.progress-reporting), which
 * takes chunks cut anywhere and ignores every other line.
 */
export function parseStatusLines(
  listener: (status: DownloadStatus) => void,
): (chunk: string) => void {
  let pending = "";
  return (chunk) => {
    const lines = (pending + chunk).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) {
      const match = /^dlstatus:[^:]*:([0-9.]+):(.*)$/.exec(line);
      if (match === null) continue;
      const percent = Number(match[1]);
      if (!Number.isFinite(percent)) continue;
      listener({ fraction: Math.min(1, Math.max(0, percent / 100)), text: match[2] ?? "" });
    }
  };
}
