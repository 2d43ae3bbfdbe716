import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import {
  extractKernel,
  fetchPackages,
  isElf,
  kernelModules,
  readModuleInfo,
  resolvePackages,
} from "../../src/index.ts";

describe("a real kernel", { tags: ["host"] }, () => {
  test("gives itself and the wanted modules in an order that loads", async (context) => {
    requirePrograms(context, { "apt-get": "apt", "dpkg-deb": "dpkg" });
    const cacheDirectory = join(testStore(), "debian");
    const all = await resolvePackages(["linux-image-amd64"], { cacheDirectory });
    const packages = all.filter(({ name }) => /^linux-image-\d/.test(name));
    await fetchPackages(packages, { cacheDirectory });
    const directory = temporaryDirectory();
    const wanted = ["virtio-pci", "virtio_net", "9p", "9pnet_virtio", "ext4"];
    const { version, image, modules } = await extractKernel(packages, directory, {
      modules: wanted,
    });
    expect(statSync(image).size).toBeGreaterThan(2 ** 20);
    const names = modules.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["virtio_ring", "virtio_pci", "9pnet", "jbd2"]));
    expect(names.indexOf("virtio_ring")).toBeLessThan(names.indexOf("virtio"));
    for (const [index, { content }] of modules.entries()) {
      expect(isElf(content)).toBe(true);
      const depends = readModuleInfo(content).find(({ key }) => key === "depends")?.value ?? "";
      for (const name of depends.split(",").filter((item) => item !== ""))
        expect(names.slice(0, index)).toContain(name.replaceAll("-", "_"));
    }

    // The same closure out of a tree on disk that holds them.
    const root = join(directory, "root");
    const base = join(root, "lib/modules", version);
    for (const { path, content } of modules) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    const order = modules.map(({ path }) => path.replace(`lib/modules/${version}/`, ""));
    writeFileSync(join(base, "modules.order"), order.map((path) => `${path}\n`).join(""));
    writeFileSync(join(base, "modules.builtin"), "kernel/fs/builtin-one.ko\n");
    const options = { root, version };
    const again = await kernelModules({ ...options, names: [...wanted, "builtin_one"] });
    expect(again.map(({ name }) => name).toSorted()).toEqual(names.toSorted());

    await expect(
      kernelModules({ ...options, names: ["nosuch", "virtio_net", "neither"] }),
    ).rejects.toMatchObject({
      code: "DEBIAN_IMAGE_MODULE_MISSING",
      data: { missing: [{ name: "nosuch" }, { name: "neither" }] },
    });
  });

  test("packages without a kernel are told so", async () => {
    await expect(extractKernel([], temporaryDirectory(), { modules: [] })).rejects.toMatchObject({
      code: "DEBIAN_IMAGE_NO_PACKAGE",
    });
  });
});
