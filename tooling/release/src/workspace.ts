import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./programs.ts";

/** What is read of a package.json. */
interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package that would be published. */
export interface WorkspacePackage {
  readonly directory: string;
  readonly manifest: PackageManifest;
}

/** All packages that are not private, by name. */
export async function publishablePackages(): Promise<WorkspacePackage[]> {
  const parents = ["packages", "apps"].map((name) => join(root, name));
  const children = await Promise.all(
    parents.map(async (parent) => (await readdir(parent)).map((name) => join(parent, name))),
  );
  const found = await Promise.all(
    children.flat().map(async (directory) => {
      const text = await readFile(join(directory, "package.json"), "utf8").catch(() => undefined);
      if (text === undefined) return [];
      const manifest = JSON.parse(text) as PackageManifest;
      return manifest.private === true ? [] : [{ directory, manifest }];
    }),
  );
  return found.flat().toSorted((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
}
