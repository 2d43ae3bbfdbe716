import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extractPackages, fetchPackages, resolvePackages } from "@winvm/debian-image";
import { runProgram, startProcess } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { guestDirectory } from "../../src/iso/guest-files.ts";
import { isUsedPackage, LEFT_OUT, REFERENCE_RECIPE } from "../../src/iso/recipe.ts";
import { WINE_LIBRARIES } from "../../src/iso/tree.ts";
import { fixedAddresses } from "../../src/wine/fixed-addresses.ts";
import { makePrefix } from "../../src/wine/prefix.ts";
import { endWineProcesses, wineProcesses } from "../../src/wine/processes.ts";

const needed = (context: TestContext): void => requirePrograms(context, { "apt-get": "apt" });

describe("endWineProcesses", () => {
  test(
    "takes those that left their group and those that start others, and nobody else",
    { timeout: 30_000 },
    async () => {
      const prefix = join(temporaryDirectory(), "prefix");
      const spawning = "for i in $(seq 200); do setsid sleep 20 & sleep 0.01; done";
      await using other = await startProcess({
        name: "of another prefix",
        file: "sleep",
        args: ["60"],
        env: { WINEPREFIX: `${prefix}-2` },
      });
      await using spawner = await startProcess({
        name: "of the prefix",
        file: "setsid",
        args: ["sh", "-c", spawning],
        env: { WINEPREFIX: prefix },
      });
      await expect
        .poll(() => wineProcesses(prefix).length, { timeout: 20_000 })
        .toBeGreaterThan(20);
      expect(await endWineProcesses(prefix)).toBeGreaterThan(20);
      expect(wineProcesses(prefix)).toEqual([]);
      expect(wineProcesses(`${prefix}-2`)).toEqual([other.pid]);
      await spawner.exited;
    },
  );
});

test("where the system allows it, Wine's programs get no random addresses", async () => {
  const ADDR_NO_RANDOMIZE = 0x0040000;
  const start = await fixedAddresses();
  const { stdout } = await runProgram("env", [...start, "cat", "/proc/self/personality"]);
  const allowed = start.length > 0;
  expect((Number.parseInt(stdout, 16) & ADDR_NO_RANDOMIZE) !== 0).toBe(allowed);
});

describe("makePrefix", { timeout: 120_000 }, () => {
  let suite = "";
  let root = "";
  let unpacked: Promise<void> | undefined;
  beforeAll(async () => {
    suite = await mkdtemp(join(tmpdir(), "winvm-t-"));
    root = join(suite, "root");
  });
  afterAll(() => rm(suite, { recursive: true, force: true }));

  test("makes the prefix, with Wine's fonts and none of this system's", async (context) => {
    needed(context);
    await (unpacked ??= unpackWine(root));
    const directory = temporaryDirectory();
    const prefix = await makePrefix(root, directory, {});
    expect(await readdir(prefix)).toEqual(expect.arrayContaining(["system.reg", "user.reg"]));
    expect(await readdir(join(prefix, "drive_c/windows/Fonts"))).toContain("tahoma.ttf");
    for (const name of ["system.reg", "user.reg"])
      expect(await readFile(join(prefix, name), "latin1")).not.toMatch(/share\\\\fonts/);
    expect(wineProcesses(prefix)).toEqual([]);
  });

  test("tries again where Wine finds an address of its own taken", async (context) => {
    needed(context);
    await (unpacked ??= unpackWine(root));
    const directory = temporaryDirectory();
    const wine = join(root, "usr/lib/wine/wine64");
    await rename(wine, `${wine}.real`);
    const taken = "wine: failed to map the shared user data: c0000018";
    await writeFile(
      wine,
      `#!/bin/sh
mkdir "${directory}/tried" && { echo "${taken}" >&2; exit 1; }
exec "$0.real" "$@"
`,
    );
    await chmod(wine, 0o755);
    try {
      const prefix = await makePrefix(root, directory, {});
      expect(await readdir(prefix)).toContain("system.reg");
      expect(await readdir(directory)).toContain("tried");
    } finally {
      await rename(`${wine}.real`, wine);
    }
  });

  test("leaves no process when it is cancelled", async (context) => {
    needed(context);
    await (unpacked ??= unpackWine(root));
    const directory = temporaryDirectory();
    const cancel = new AbortController();
    const making = makePrefix(root, directory, { signal: cancel.signal });
    const ended = making.catch((error: unknown) => error);
    await expect
      .poll(() => wineProcesses(join(directory, "prefix")).length, {
        timeout: 30_000,
      })
      .toBeGreaterThan(2);
    cancel.abort();
    expect(await ended).toMatchObject({ code: "RUNTIME_ABORTED" });
    expect(wineProcesses(join(directory, "prefix"))).toEqual([]);
  });

  test("ends with what Wine said where it makes no progress, and leaves no process", async (context) => {
    needed(context);
    await (unpacked ??= unpackWine(root));
    const directory = temporaryDirectory();
    // What a system without fontconfig did: the desktop is started again and again, for ever.
    const library = join(root, "usr/lib/x86_64-linux-gnu/libfontconfig.so.1");
    await rename(library, `${library}.away`);
    await symlink("/dev/null", library);
    try {
      await expect(makePrefix(root, directory, { timeoutMs: 4000 })).rejects.toMatchObject({
        code: "REFERENCE_GUEST_BUILD_FAILED",
        message: expect.stringMatching(/did not end within 4 s; Wine said: [^]*desktop window/),
      });
    } finally {
      await rename(`${library}.away`, library);
    }
    expect(wineProcesses(join(directory, "prefix"))).toEqual([]);
  });
});

/** Wine and what it needs, as the build of the ISO unpacks it. */
async function unpackWine(root: string): Promise<void> {
  const cacheDirectory = join(testStore(), "debian");
  const wine = ["fonts-wine", "libfontconfig1", "libfreetype6", "libgnutls30", "libwine", "wine64"];
  const closure = await resolvePackages(wine, { cacheDirectory });
  const packages = closure.filter(({ name }) => isUsedPackage(name, REFERENCE_RECIPE));
  await fetchPackages(packages, { cacheDirectory });
  await extractPackages(packages, root, { exclude: LEFT_OUT });
  await copyFile(
    join(root, "usr/x86_64-w64-mingw32/lib/zlib1.dll"),
    join(root, WINE_LIBRARIES, "zlib1.dll"),
  );
  await mkdir(join(root, "etc/fonts"), { recursive: true });
  await copyFile(
    join(guestDirectory, "rootfs/etc/fonts/fonts.conf"),
    join(root, "etc/fonts/fonts.conf"),
  );
  await symlink("wineserver64", join(root, "usr/lib/wine/wineserver")).catch(() => undefined);
}
