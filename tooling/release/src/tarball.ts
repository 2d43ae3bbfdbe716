import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pnpm, run } from "./programs.ts";
import type { WorkspacePackage } from "./workspace.ts";

/** A packed package. */
export interface Packed {
  readonly item: WorkspacePackage;
  readonly tarball: string;
  /** The tarball's directory, for this package alone. */
  readonly place: string;
}

/** What was found in a tarball. */
export interface Content {
  readonly files: readonly string[];
  readonly faults: readonly string[];
}

/** Directories of a package that nobody but its developers needs: tests, and what generates sources. */
const developersOnly = new Set(["test", "scripts", "node_modules", "coverage"]);

/** Packs a package. @throws Error where pnpm can't */
export async function pack(item: WorkspacePackage, scratch: string): Promise<Packed> {
  const place = join(scratch, basename(item.directory));
  await mkdir(place);
  const packing = await pnpm(["pack", "--pack-destination", place, "--silent"], item.directory);
  const name = (await readdir(place))[0];
  if (!packing.ok || name === undefined) {
    throw new Error(`${item.manifest.name}: pnpm pack: ${packing.output}`);
  }
  return { item, place, tarball: join(place, name) };
}

/** Looks into a tarball, and lets publint and attw look at it. */
export async function checkTarball({ item, tarball, place }: Packed): Promise<Content> {
  const [content, publint, attw] = await Promise.all([
    contentOf(item, tarball, place),
    run("publint", ["run", tarball, "--strict"], place),
    run("attw", [tarball, "--profile", "esm-only", "--format", "ascii", "--no-emoji"], place),
  ]);
  return {
    files: content.files,
    faults: [
      ...content.faults,
      ...(publint.ok ? [] : [`publint --strict:\n${publint.output}`]),
      ...(attw.ok ? [] : [`attw --profile esm-only:\n${attw.output}`]),
    ],
  };
}

async function contentOf(item: WorkspacePackage, tarball: string, place: string): Promise<Content> {
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
