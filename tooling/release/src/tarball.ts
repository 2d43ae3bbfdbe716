import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pnpm, run } from "./programs.ts";
import type { WorkspacePackage } from "./workspace.ts";

/** A packed package and what is wrong with it. */
export interface Packed {
  readonly item: WorkspacePackage;
  /** Absent where packing failed. */
  readonly tarball: string | undefined;
  readonly files: readonly string[];
  readonly faults: readonly string[];
}

/** Directories of a package that nobody but its developers needs. */
const developersOnly = new Set(["test", "node_modules", "coverage"]);

/** Packs a package, looks into the tarball, and lets publint and attw look at it. */
export async function packAndCheck(item: WorkspacePackage, scratch: string): Promise<Packed> {
  const place = join(scratch, basename(item.directory));
  await mkdir(place);
  const packing = await pnpm(["pack", "--pack-destination", place, "--silent"], item.directory);
  const tarball = (await readdir(place)).map((name) => join(place, name))[0];
  if (!packing.ok || tarball === undefined) {
    return { item, tarball: undefined, files: [], faults: [`pnpm pack: ${packing.output}`] };
  }
  const [content, publint, attw] = await Promise.all([
    contentFaults(item, tarball, place),
    run("publint", ["run", tarball, "--strict"], place),
    run("attw", [tarball, "--profile", "esm-only", "--format", "ascii", "--no-emoji"], place),
  ]);
  const faults = [
    ...content.faults,
    ...(publint.ok ? [] : [`publint --strict:\n${publint.output}`]),
    ...(attw.ok ? [] : [`attw --profile esm-only:\n${attw.output}`]),
  ];
  return { item, tarball, files: content.files, faults };
}

async function contentFaults(
  item: WorkspacePackage,
  tarball: string,
  place: string,
): Promise<{ readonly files: readonly string[]; readonly faults: readonly string[] }> {
  const untar = await run("tar", ["-xzf", tarball, "-C", place], place);
  if (!untar.ok) return { files: [], faults: [`tar: ${untar.output}`] };
  const packed = join(place, "package");
  const [files, sources, manifest] = await Promise.all([
    filesBelow(packed),
    sourceFiles(item.directory),
    readFile(join(packed, "package.json"), "utf8"),
  ]);
  return { files, faults: [...fileFaults(new Set(files), sources), ...manifestFaults(manifest)] };
}

/**
 * What the files of a tarball lack or have too many of. Every directory of the package but the developers' own has
 * to be in it as a whole, so that an asset can't be forgotten in `files`.
 */
export function fileFaults(packed: ReadonlySet<string>, sources: readonly string[]): string[] {
  const faults: string[] = [];
  const wanted = new Set(["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts", ...sources]);
  const missing = [...wanted].filter((file) => !packed.has(file));
  const groups = Map.groupBy(missing, (file) => file.split("/", 1)[0] ?? "");
  for (const [top, files] of groups) {
    const none = ![...packed].some((file) => file.startsWith(`${top}/`));
    const whole = none && top !== files[0];
    const hint = top === "dist" ? "build first" : `add ${top} to "files"`;
    faults.push(whole ? `${top}/ is not in the tarball: ${hint}` : `missing: ${files.join(", ")}`);
  }
  for (const file of packed) {
    if (/(?:^|\/)test\/|\.test\.|\.tsbuildinfo$/.test(file))
      faults.push(`does not belong: ${file}`);
    const source = /^dist\/(.*)\.js$/.exec(file)?.[1];
    if (source !== undefined && !packed.has(`src/${source}.ts`)) {
      faults.push(`${file} has no source: remove dist and build again`);
    }
  }
  return faults;
}

/** What a registry could not resolve. */
function manifestFaults(text: string): string[] {
  const left = text.match(/"[^"]+": "(?:workspace|catalog):[^"]*"/g) ?? [];
  return left.map((line) => `package.json still says ${line}`);
}

async function sourceFiles(directory: string): Promise<string[]> {
  const tops = (await readdir(directory, { withFileTypes: true })).filter(
    ({ name }) => !name.startsWith(".") && !developersOnly.has(name) && name !== "dist",
  );
  const below = await Promise.all(
    tops
      .filter((top) => top.isDirectory())
      .map(async ({ name }) =>
        (await filesBelow(join(directory, name))).map((file) => `${name}/${file}`),
      ),
  );
  return below.flat();
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();
}
