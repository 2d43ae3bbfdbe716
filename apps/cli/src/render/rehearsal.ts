import type { RehearsalReport } from "@winvm/pipeline";
import type { WinvmErrorJson } from "@winvm/runtime";
import { formatElapsed, formatSize, oneLine } from "./format.ts";
import type { Meaning, Paint } from "./paint.ts";
import { formatTable } from "./table.ts";

/** A rehearsal that did not come to its end, in the place of its report. */
export interface FailedRehearsal {
  readonly guest: string;
  readonly architecture: RehearsalReport["architecture"] | undefined;
  /** As it was asked for; absent where the usual one was meant. */
  readonly firmware: RehearsalReport["firmware"] | undefined;
  readonly verdict: "failed";
  readonly error: WinvmErrorJson;
  readonly elapsedMs: number;
}

/** What came of one rehearsal of several. */
export type RehearsalResult = RehearsalReport | FailedRehearsal;

type Setting = RehearsalReport["judgement"]["settings"][number];

const verdicts: Readonly<Record<RehearsalResult["verdict"], Meaning>> = {
  green: "good",
  refused: "error",
  unplayable: "warning",
  failed: "error",
};

/** A line for each rehearsal. */
export function rehearsalTable(results: readonly RehearsalResult[], paint: Paint): string {
  const rows = results.map((result) => [
    result.guest,
    result.architecture ?? "-",
    result.firmware ?? "-",
    ...seenOf(result),
    formatElapsed(result.elapsedMs),
    result.verdict,
  ]);
  const head = ["GUEST", "ARCH", "FIRMWARE", "MEDIUM", "OBEYED", "IGNORED", "REFUSED", "RESTARTS"];
  const lines = formatTable([[...head, "TIME", "RESULT"], ...rows], [4, 5, 6, 7, 8]);
  return lines.replaceAll(/(green|refused|unplayable|failed)$/gm, (word: string) =>
    paint(verdicts[word as RehearsalResult["verdict"]], word),
  );
}

function seenOf(result: RehearsalResult): readonly string[] {
  if (result.verdict === "failed") return ["-", "-", "-", "-", "-"];
  const { obeyed, ignored, refused } = result.judgement.counts;
  return [result.answer.medium, ...[obeyed, ignored, refused, result.restarts].map(String)];
}

/** One rehearsal: the sum, and whatever is not just obeyed; all settings when verbose. */
export function rehearsalText(
  report: RehearsalReport,
  { verbose, paint }: { readonly verbose: boolean; readonly paint: Paint },
): string {
  const { judgement, answer, machine } = report;
  const { obeyed, ignored, refused } = judgement.counts;
  const shown = judgement.settings.filter(({ verdict }) => verbose || verdict !== "obeyed");
  const lines = [
    `${report.title} (${judgement.architecture}, ${judgement.firmware}): ${paint(verdicts[report.verdict], report.verdict)}`,
    `answer file: ${judgement.fileName} from ${answer.source}, on a ${answer.medium === "floppy" ? "floppy" : "CD"}`,
    `settings: ${obeyed} obeyed, ${ignored} ignored, ${refused} refused`,
    ...(machine === undefined
      ? ["machine: none was started"]
      : [
          `machine: ${machine.type}, ${machine.disk}, ${machine.network}, ${machine.cpus} CPU, ${formatSize(machine.memoryBytes)}; ${report.restarts} restarts, ${formatElapsed(report.elapsedMs)}`,
        ]),
    ...report.deviations.map((text) => `otherwise than on Windows: ${oneLine(text)}`),
    ...report.commands.map(
      ({ pass, number, exitCode, playedBy }) =>
        `command ${number} of ${pass}: exit code ${exitCode}${playedBy === undefined ? "" : ` (${oneLine(playedBy)})`}`,
    ),
    ...judgement.unplayable.map((text) => `not played: ${oneLine(text)}`),
  ];
  const table = formatTable(shown.map(settingRow));
  return `${lines.join("\n")}\n${table === "" ? "" : `\n${table}`}`;
}

function settingRow({ verdict, pass, setting, line, reason }: Setting): readonly string[] {
  return [
    verdict,
    pass ?? "",
    line === undefined ? "" : `line ${line}`,
    oneLine(setting),
    reason === undefined ? "" : oneLine(reason),
  ];
}
