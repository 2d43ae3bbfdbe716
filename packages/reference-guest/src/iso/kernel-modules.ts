import { readModuleInfo } from "@winvm/debian-image";
import type { KernelModule } from "@winvm/debian-image";

/** What modprobe reads, for the modules that there are. */
export interface ModuleIndex {
  /** `modules.dep`: a module and all that it needs, the nearest first. */
  readonly dep: string;
  /** `modules.alias`: patterns of device names, each with its module. */
  readonly alias: string;
}

/** Pure: the index of a set of modules in load order, paths below `lib/modules/VERSION`. */
export function indexModules(modules: readonly KernelModule[], version: string): ModuleIndex {
  const prefix = `lib/modules/${version}/`;
  const known = new Map(modules.map((module) => [module.name, module]));
  const needs = new Map(
    modules.map((module) => [module.name, direct(module).filter((name) => known.has(name))]),
  );
  const dep = modules.map((module) => {
    const all = below(module.name, needs);
    const paths = [module.name, ...all].map((name) =>
      (known.get(name)?.path ?? "").slice(prefix.length),
    );
    return `${paths[0]}: ${paths.slice(1).join(" ")}`.trimEnd();
  });
  const alias = modules.flatMap((module) =>
    readModuleInfo(module.content)
      .filter(({ key }) => key === "alias")
      .map(({ value }) => `alias ${value} ${module.name}`),
  );
  return { dep: `${dep.join("\n")}\n`, alias: `${alias.join("\n")}\n` };
}

/** The modules of a set that some of them need, with those themselves, in load order. */
export function moduleSubset(
  modules: readonly KernelModule[],
  names: readonly string[],
): KernelModule[] {
  const needs = new Map(modules.map((module) => [module.name, direct(module)]));
  const wanted = new Set(names.flatMap((name) => [name, ...below(name, needs)]));
  return modules.filter(({ name }) => wanted.has(name));
}

function direct({ content }: KernelModule): string[] {
  return readModuleInfo(content)
    .flatMap(({ key, value }) =>
      key === "depends"
        ? value.split(",")
        : key === "softdep"
          ? (/pre:\s*([^:]*?)(?:\s+post:|$)/.exec(value)?.[1]?.split(/\s+/) ?? [])
          : [],
    )
    .filter((name) => name !== "")
    .map((name) => name.replaceAll("-", "_"));
}

function below(name: string, needs: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  const queue = [...(needs.get(name) ?? [])];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    // Deepest last, as modprobe loads from the end.
    found.delete(next);
    found.add(next);
    if (found.size > needs.size) break;
    queue.push(...(needs.get(next) ?? []));
  }
  return [...found];
}
