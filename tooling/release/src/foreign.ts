import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pnpm, root, run } from "./programs.ts";
import type { Packed } from "./tarball.ts";

/** What a foreign project saw of each package, and what went wrong. */
export interface ForeignReport {
  /** Names that each package exports, by package. */
  readonly exports: ReadonlyMap<string, readonly string[]>;
  /** Faults by package; `project` holds those of none. */
  readonly faults: ReadonlyMap<string, readonly string[]>;
}

/**
 * Installs all tarballs into a project outside the repository and uses them as a stranger would: plain Node imports
 * each, tsc checks against their declarations without skipping any, their commands say their version.
 */
export async function tryInForeignProject(
  packed: readonly Packed[],
  directory: string,
): Promise<ForeignReport> {
  const faults = new Map<string, string[]>();
  const tell = (name: string, fault: string): void => {
    faults.set(name, [...(faults.get(name) ?? []), fault]);
  };
  await writeProject(packed, directory);
  // From what is at hand; the registry is asked for what is not.
  const install = await pnpm(["install", "--prefer-offline", "--no-frozen-lockfile"], directory);
  if (!install.ok) {
    tell("project", `pnpm install:\n${install.output}`);
    return { exports: new Map(), faults };
  }
  const names = packed.map(({ item }) => item.manifest.name);
  const sources = packed.map(({ item }) => join(item.directory, "src/index.ts"));
  const [built, source, types] = await Promise.all([
    exportsOf(names, [], directory),
    exportsOf(sources, ["--conditions=@winvm/source"], root),
    run(join(root, "node_modules/.bin/tsc"), ["-p", directory], directory),
    ...packed.map((one) => tryCommands(one, directory, tell)),
  ]);
  if (!types.ok) tell("project", `tsc, skipLibCheck off:\n${types.output}`);
  const exports = new Map<string, readonly string[]>();
  for (const [index, name] of names.entries()) {
    const [given, wanted] = [built[index], source[index]];
    if (Array.isArray(given)) exports.set(name, given);
    else tell(name, `import "${name}" in plain Node:\n${String(given)}`);
    if (!Array.isArray(wanted)) tell(name, `import of its src/index.ts:\n${String(wanted)}`);
    if (!Array.isArray(given) || !Array.isArray(wanted)) continue;
    if (given.join() !== wanted.join()) {
      tell(name, `exports ${given.join(", ")}; its src/index.ts exports ${wanted.join(", ")}`);
    }
  }
  return { exports, faults };
}

async function writeProject(packed: readonly Packed[], directory: string): Promise<void> {
  await mkdir(join(directory, "src"), { recursive: true });
  const files = Object.fromEntries(
    packed.map(({ item, tarball }) => [item.manifest.name, `file:${tarball}`]),
  );
  const ownTypes = JSON.parse(
    await readFile(join(root, "tooling/release/node_modules/@types/node/package.json"), "utf8"),
  ) as { version: string };
  const project = {
    name: "foreign",
    private: true,
    type: "module",
    dependencies: { ...files, "@types/node": ownTypes.version },
  };
  // JSON is YAML. The overrides: our packages name each other by version, and no registry has that version yet.
  const workspace = {
    overrides: files,
    // pnpm ≥11 fails on build scripts that nobody decided about. ssh2 works without its native binding, which these
    // two would build; a consumer of @winvm/controller has to write the same.
    allowBuilds: { ssh2: false, "cpu-features": false },
    minimumReleaseAge: 0,
  };
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: "esnext",
    module: "nodenext",
    types: ["node"],
    skipLibCheck: false,
    noEmit: true,
  };
  const use = packed.map(
    ({ item }, index) =>
      `import * as p${index} from "${item.manifest.name}";\nexport const use${index}: object = p${index};`,
  );
  await Promise.all([
    writeFile(join(directory, "package.json"), JSON.stringify(project)),
    writeFile(join(directory, "pnpm-workspace.yaml"), JSON.stringify(workspace)),
    writeFile(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions })),
    writeFile(join(directory, "src/use.ts"), `${use.join("\n")}\n`),
  ]);
}

/** The sorted export names of each module, or why it can't be imported. */
async function exportsOf(
  modules: readonly string[],
  nodeArgs: readonly string[],
  cwd: string,
): Promise<readonly (readonly string[] | string)[]> {
  const code = `const results = await Promise.allSettled(${JSON.stringify(modules)}.map((name) => import(name)));
    const answers = results.map(({ value, reason }) => value ? Object.keys(value).sort() : String(reason?.stack ?? reason));
    process.stdout.write("\\0" + JSON.stringify(answers));`;
  const ran = await run(process.execPath, [...nodeArgs, "--input-type=module", "-e", code], cwd);
  const answer = ran.stdout.split("\0")[1];
  return answer === undefined
    ? modules.map(() => ran.output)
    : (JSON.parse(answer) as (string[] | string)[]);
}

/** Every command of a package has to say its version. */
async function tryCommands(
  { item }: Packed,
  directory: string,
  tell: (name: string, fault: string) => void,
): Promise<void> {
  const { name, version, bin } = item.manifest;
  for (const command of Object.keys(bin ?? {})) {
    const ran = await run(join(directory, "node_modules/.bin", command), ["--version"], directory);
    if (!ran.ok || ran.stdout !== `${command} ${version}\n`) {
      tell(name, `${command} --version says: ${ran.output}`);
    }
  }
}
