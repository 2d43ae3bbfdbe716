import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { mayBeReport, readReport, unreadableReport, type Report } from "./report.ts";

/** Larger files are no reports that anybody reads. */
const mostBytes = 64 * 2 ** 20;

/** The clock of a file system may lag behind by a tick. */
const tickMs = 50;

/**
 * The reports below a directory, by their paths. A file that can't be read is one with an error; one that vanishes is none.
 *
 * @param sinceMs what was there before (milliseconds since 1970) is passed over.
 */
export async function findReports(directory: string, sinceMs: number): Promise<readonly Report[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const paths = entries
    .filter((entry) => entry.isFile() && mayBeReport(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const reports: Report[] = [];
  for (const path of paths) {
    const name = relative(directory, path);
    const report = await reportAt(path, name, sinceMs).catch((error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? undefined : unreadableReport(name, error),
    );
    if (report !== undefined) reports.push(report);
  }
  return reports;
}

async function reportAt(path: string, name: string, sinceMs: number): Promise<Report | undefined> {
  const { size, ctimeMs } = await stat(path);
  if (size > mostBytes || ctimeMs < sinceMs - tickMs) return undefined;
  return readReport({ path: name, text: decode(await readFile(path)) });
}

/** UTF-8, or what the byte order mark says. */
function decode(bytes: Buffer): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
