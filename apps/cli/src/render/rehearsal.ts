import type { RehearsalReport } from "@winvm/pipeline";
import { formatElapsed, formatSize, oneLine } from "./format.ts";
import type { Meaning, Paint } from "./paint.ts";
import { formatTable } from "./table.ts";

type Setting = RehearsalReport["judgement"]["settings"][number];

const verdicts: Readonly<Record<RehearsalReport["verdict"], Meaning>> = {
  green: "good",
  refused: "error",
  unplayable: "warning",
};

/** A line for each rehearsal. */
export function rehearsalTable(reports: readonly RehearsalReport[], paint: Paint): string {
  const rows = reports.map(({ guest, judgement, answer, verdict, restarts, elapsedMs }) => [
    guest,
    judgement.architecture,
    judgement.firmware,
    answer.medium,
    String(judgement.counts.obeyed),
    String(judgement.counts.ignored),
    String(judgement.counts.refused),
    String(restarts),
    formatElapsed(elapsedMs),
    verdict,
  ]);
  const head = ["GUEST", "ARCH", "FIRMWARE", "MEDIUM", "OBEYED", "IGNORED", "REFUSED", "RESTARTS"];
  const lines = formatTable([[...head, "TIME", "RESULT"], ...rows], [4, 5, 6, 7, 8]);
  return lines.replaceAll(/(green|refused|unplayable)$/gm, (word: string) =>
    paint(verdicts[word as RehearsalReport["verdict"]], word),
  );
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
