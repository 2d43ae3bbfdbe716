import type { MediaEdition, RecognisedMedia } from "@winvm/pipeline";
import { formatSize } from "./format.ts";
import { formatTable } from "./table.ts";

/** What an ISO holds, for people. */
export function mediaText(media: RecognisedMedia): string {
  const { titles, guests, architectures, channel, languages, boots, volumeId, fileSystem } = media;
  const windows = titles.length === 0 ? "unknown" : titles.join(" or ");
  const named =
    guests.length === 0 ? "not in winvm's catalogue" : `for winvm: ${guests.join(" or ")}`;
  const facts = formatTable([
    ["windows", `${windows} (${named})`],
    ["architecture", list(architectures)],
    ["channel", channel ?? "not told"],
    ["languages", list(languages)],
    ["boots with", list(boots)],
    ["label", `${volumeId} (${fileSystem}, ${formatSize(media.sizeBytes)})`],
    ["known by", media.evidence],
  ]);
  if (media.editions.length === 0) return facts;
  const rows = [
    ["INDEX", "EDITION", "ID", "VERSION", "LANGUAGES"],
    ...media.editions.map(editionRow),
  ];
  if (architectures.length < 2) return `${facts}\n${formatTable(rows, [0])}`;
  // Each architecture has a WIM of its own, so the indexes begin anew.
  const whose = ["FOR", ...media.editions.map(({ architecture }) => architecture ?? "-")];
  return `${facts}\n${formatTable(
    rows.map((row, at) => [whose[at] ?? "", ...row]),
    [1],
  )}`;
}

function editionRow({ index, name, editionId, version, languages }: MediaEdition): string[] {
  return [String(index ?? "-"), name, editionId ?? "-", version ?? "-", list(languages)];
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}
