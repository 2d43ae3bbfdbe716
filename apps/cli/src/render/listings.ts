import type {
  GarbageReport,
  HostNeed,
  ImageRecord,
  ImportRecord,
  StateRecord,
} from "@winvm/pipeline";
import { formatAge, formatSize, oneLine } from "./format.ts";
import type { Meaning, Paint } from "./paint.ts";
import { stateTree } from "./state-tree.ts";
import { formatTable } from "./table.ts";

/** As much of a key as tells one from another. */
const keyLength = 12;

/** The images of a store for people. */
export function imageTable(images: readonly ImageRecord[], now: number): string {
  const rows = images.map((image) => [
    image.key.slice(0, keyLength),
    oneLine(image.guest),
    formatSize(image.sizeBytes),
    formatAge(image.createdAt, now),
    formatAge(image.usedAt, now),
    pinText(image),
  ]);
  return formatTable([["KEY", "GUEST", "SIZE", "MADE", "USED", "PIN"], ...rows], [2]);
}

/** The states of a store for people: layers indented below what they were made on, each with its own bytes. */
export function stateTable(states: readonly StateRecord[], now: number): string {
  const rows = stateTree(states).map(({ state, depth }) => [
    `${"  ".repeat(depth)}${state.key.slice(0, keyLength)}`,
    state.names.join(", "),
    oneLine(state.guest),
    state.imageKey.slice(0, keyLength),
    oneLine(`${state.qemuVersion} ${state.accelerator}`),
    formatSize(state.sizeBytes),
    formatAge(state.createdAt, now),
    formatAge(state.usedAt, now),
    pinText(state),
  ]);
  const head = ["KEY", "NAME", "GUEST", "IMAGE", "QEMU", "SIZE", "MADE", "USED", "PIN"];
  return formatTable([head, ...rows], [5]);
}

function pinText({ pinned }: ImageRecord): string {
  return pinned ? "pinned" : "";
}

/** What was removed, and on request what was kept, each with its reason; the sum at the end. */
export function garbageText(
  report: GarbageReport,
  {
    dryRun,
    verbose,
    maxBytes,
  }: {
    readonly dryRun: boolean;
    readonly verbose: boolean;
    readonly maxBytes?: number | undefined;
  },
): string {
  const verb = dryRun ? "would remove" : "removed";
  const removed = report.removed.map((item) => garbageRow(verb, item));
  const kept = verbose ? report.kept.map((item) => garbageRow("kept", item)) : [];
  const sum = `${formatSize(report.freedBytes)} ${dryRun ? "would be " : ""}freed\n`;
  const over = maxBytes !== undefined && report.remainingBytes > maxBytes;
  const rest = over
    ? `${formatSize(report.remainingBytes)} ${dryRun ? "would stay" : "stay"}, more than asked for: what is pinned, named, used or needed is not removed\n`
    : "";
  return formatTable([...removed, ...kept], [2]) + sum + namedText(report) + rest;
}

/** Which names keep something, and how they are given up. */
function namedText({ kept }: GarbageReport): string {
  const names = kept.flatMap(({ why }) => /^named (.+)$/.exec(why)?.[1] ?? []);
  if (names.length === 0) return "";
  return `kept for their names: ${names.join(", ")} (\`winvm states --unname NAME\` gives one up)\n`;
}

type GarbageItem = GarbageReport["removed"][number];

function garbageRow(verb: string, { what, sizeBytes, why }: GarbageItem): readonly string[] {
  return [verb, what, formatSize(sizeBytes), why];
}

const meanings: Readonly<Record<HostNeed["status"], Meaning>> = {
  ok: "good",
  warning: "warning",
  lacking: "error",
};

/** What the host has and lacks, and what to do about it. */
export function needsText(needs: readonly HostNeed[], paint: Paint): string {
  const width = Math.max(0, ...needs.map(({ name }) => name.length));
  return needs
    .map(({ name, status, found, hint }) => {
      const state = paint(meanings[status], status.padEnd("lacking".length));
      const line = `${state}  ${name.padEnd(width)}  ${oneLine(found)}`.trimEnd();
      return hint === undefined || status === "ok"
        ? `${line}\n`
        : `${line}\n         hint: ${oneLine(hint)}\n`;
    })
    .join("");
}

/** What came into the store, and what was there. */
export function importText({ entries, names, state }: ImportRecord): string {
  const rows = [
    ...entries.map(({ what, added }) => [added ? "added" : "was there", what]),
    ...names.map(({ name, key, given }) => [
      given ? "named" : "not named",
      `${name}, states/${key}`,
    ]),
  ];
  return `${formatTable(rows)}${oneLine(state.guest)}: ${state.directory}\n`;
}
