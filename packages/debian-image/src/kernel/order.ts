/** One module: its name (with `_`, never `-`), its path in the tree, and the names it needs loaded before. */
export interface ModuleNode {
  readonly name: string;
  readonly path: string;
  readonly depends: readonly string[];
}

/** `kernel/net/9p/9pnet_virtio.ko.xz` → `9pnet_virtio`; the kernel takes `-` and `_` for the same. */
export function moduleName(path: string): string {
  const base = path.split("/").at(-1) ?? path;
  return base.replace(/\.ko(\.(xz|zst|gz))?$/, "").replaceAll("-", "_");
}

/**
 * Pure: a load order of all nodes in which each comes after what it needs, and otherwise in the order given. A needed
 * name that is no node is taken as built in.
 */
export function loadOrder(nodes: readonly ModuleNode[]): ModuleNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const done = new Set<string>();
  const order: ModuleNode[] = [];
  const visit = (node: ModuleNode): void => {
    // Marked before its needs are visited: a cycle (there is none in a real kernel) can't loop.
    if (done.has(node.name)) return;
    done.add(node.name);
    for (const name of node.depends) {
      const needed = byName.get(name);
      if (needed !== undefined) visit(needed);
    }
    order.push(node);
  };
  for (const node of nodes) visit(node);
  return order;
}
