import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { fetchCygwin, writeCygwinIso } from "../../src/index.ts";
import type { CygwinIsoOptions, CygwinIsoProgress, CygwinLock } from "../../src/index.ts";
import { readIso } from "../support/read-iso.ts";
import { archives, bytes, mirrorFiles, readFiles, writeFiles } from "./made-mirror.ts";

const alpha = "x86_64/release/alpha/alpha-1.0-1.tar.xz";
const gamma = "noarch/release/gamma/gamma-3-1.tar.xz";

async function repository(): Promise<{ base: string; directory: string; lock: CygwinLock }> {
  const base = temporaryDirectory();
  writeFiles(join(base, "mirror"), mirrorFiles());
  const directory = join(base, "repository");
  const { lock } = await fetchCygwin({ mirror: join(base, "mirror"), directory });
  return { base, directory, lock };
}

function bytesOf(progress: CygwinIsoProgress): number {
  return progress.step === "write" ? progress.bytes : 0;
}

describe("the medium", () => {
  test("has the repository in cygwin/, with the setup program where the guest looks for it", async () => {
    const { base, directory, lock } = await repository();
    const setupExe = join(base, "setup-x86_64.exe");
    writeFileSync(setupExe, "MZ setup");
    const steps: CygwinIsoProgress[] = [];
    const length = await writeCygwinIso(join(base, "cygwin.iso"), {
      lock,
      directory,
      setupExe,
      onProgress: (step) => void steps.push(step),
    });
    const image = readFileSync(join(base, "cygwin.iso"));
    expect(image).toHaveLength(length);
    const { label, files } = readIso(image, "joliet");
    expect(label).toBe("CYGWIN");
    expect(files).toEqual({
      ...Object.fromEntries(
        Object.entries(archives).map(([path, content]) => [`cygwin/${path}`, content]),
      ),
      "cygwin/setup.exe": Buffer.from("MZ setup"),
      "cygwin/x86_64/setup.ini": readFiles(directory)["x86_64/setup.ini"],
    });
    const checks = steps.filter(({ step }) => step === "check");
    expect(checks).toEqual([1, 2, 3, 4].map((at) => ({ step: "check", files: at, totalFiles: 4 })));
    const writes = steps.slice(checks.length);
    // The longest archive alone is more than one.
    expect(writes.length).toBeGreaterThan(6);
    expect(writes).toEqual(writes.toSorted((a, b) => bytesOf(a) - bytesOf(b)));
    expect(writes.at(-1)).toEqual({ step: "write", bytes: length, totalBytes: length });
  });

  test("the same lock gives the same bytes, whatever else lies in the directory", async () => {
    const one = await repository();
    const other = await repository();
    writeFiles(other.directory, { "noarch/release/more.tar.xz": bytes(10, 1) });
    const images: Buffer[] = [];
    for (const { base, directory, lock } of [one, other]) {
      await writeCygwinIso(join(base, "cygwin.iso"), { lock, directory });
      images.push(readFileSync(join(base, "cygwin.iso")));
    }
    expect(images[0]?.equals(images[1] ?? Buffer.alloc(0))).toBe(true);
  });
});

/** How an ISO is refused of a repository that was changed; nothing may be left of it. */
async function refused(
  change: (made: {
    base: string;
    directory: string;
    lock: CygwinLock;
  }) => Partial<CygwinIsoOptions>,
): Promise<unknown> {
  const made = await repository();
  const more = change(made);
  const before = readdirSync(made.base);
  const path = join(made.base, "cygwin.iso");
  const work = writeCygwinIso(path, { lock: made.lock, directory: made.directory, ...more });
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(made.base)).toEqual(before);
  return error;
}

describe("what is refused leaves nothing", () => {
  test("archives that are missing, cut or changed, all at once", async () => {
    const error = await refused(({ directory, lock }) => {
      writeFileSync(join(directory, alpha), bytes(300_000, 4));
      writeFileSync(join(directory, gamma), "short");
      const [first] = lock.packages;
      const none = { ...first, path: "x86_64/none.tar.xz" } as CygwinLock["packages"][number];
      return { lock: { ...lock, packages: [...lock.packages, none] } };
    });
    expect(error).toMatchObject({
      code: "UNATTEND_CYGWIN_FILE_WRONG",
      data: {
        faults: [
          { path: alpha, expected: expect.stringMatching(/^sha512:/) as unknown },
          { path: gamma, expected: "70001 bytes", value: "5 bytes" },
          { path: "x86_64/none.tar.xz", value: "not there" },
        ],
      },
    });
  });

  test("names that are too long for Joliet", async () => {
    const name = `${"n".repeat(65)}.tar.xz`;
    const error = await refused(({ directory, lock }) => {
      writeFiles(directory, { [name]: archives[alpha] ?? Buffer.alloc(0) });
      const packages = lock.packages.map((one) =>
        one.path === alpha ? { ...one, path: name } : one,
      );
      return { lock: { ...lock, packages } };
    });
    expect(error).toMatchObject({
      code: "UNATTEND_MEDIA_INVALID",
      data: { faults: [{ path: `cygwin/${name}`, expected: "names of at most 64 UCS-2 units" }] },
    });
  });

  test("a setup program that is none, and one that is not there", async () => {
    expect(
      await refused(({ base }) => {
        writeFileSync(join(base, "page.html"), "<html>");
        return { setupExe: join(base, "page.html") };
      }),
    ).toMatchObject({
      code: "UNATTEND_CYGWIN_UNREADABLE",
      happened: "it is no program of Windows",
    });
    expect(await refused(() => ({ setupExe: "/nowhere/setup.exe" }))).toMatchObject({
      code: "UNATTEND_CYGWIN_UNREADABLE",
    });
  });

  test("a signal", async () => {
    const reason = new Error("enough");
    expect(await refused(() => ({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    const controller = new AbortController();
    const onProgress = (progress: CygwinIsoProgress): void => {
      if (bytesOf(progress) > 100_000) controller.abort(reason);
    };
    expect(await refused(() => ({ signal: controller.signal, onProgress }))).toBe(reason);
  });
});
