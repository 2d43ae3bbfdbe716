import fc from "fast-check";
import { expect, test } from "vitest";
import { loadOrder, moduleName } from "../../src/kernel/order.ts";

test.each([
  ["kernel/net/9p/9pnet_virtio.ko", "9pnet_virtio"],
  ["kernel/drivers/virtio/virtio-pci.ko.xz", "virtio_pci"],
  ["crc32c-intel", "crc32c_intel"],
])("%s is the module %s", (path, name) => {
  expect(moduleName(path)).toBe(name);
});

test("what a module needs comes before it, in any graph, and nothing is lost or doubled", () => {
  const graph = fc.integer({ min: 1, max: 30 }).chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) =>
        // Needs only what has a smaller number: no cycles.
        fc.uniqueArray(fc.nat(Math.max(0, index - 1)), { maxLength: index }),
      ),
    ),
  );
  fc.assert(
    fc.property(graph, (edges) => {
      const nodes = edges
        .map((needs, index) => ({
          name: `m${index}`,
          path: "",
          depends: [...needs.map((need) => `m${need}`), "builtin"].filter(
            (name) => name !== `m${index}`,
          ),
        }))
        .toReversed();
      const order = loadOrder(nodes).map(({ name }) => name);
      expect(order.toSorted()).toEqual(nodes.map(({ name }) => name).toSorted());
      for (const { name, depends } of nodes)
        for (const need of depends.filter((other) => other !== "builtin"))
          expect(order.indexOf(need)).toBeLessThan(order.indexOf(name));
    }),
  );
});
