import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Fault } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answerFile,
  findGuest,
  readDrivers,
  setupFiles,
  UnattendError,
  writeIso,
} from "../src/index.ts";
import type { AnswerOptions } from "../src/index.ts";
import { readIso } from "./support/read-iso.ts";
import { setupOptions } from "./support/setup-options.ts";

const administratorPassword = "Abcdef1!";

/** An INF as virtio-win has them, for these targets. */
function inf(...targets: readonly string[]): string {
  const models = targets.map(
    (target) => `[VirtIO.${target}]\r\n%Disk% = scsi_inst, PCI\\VEN_1AF4&DEV_1001\r\n`,
  );
  const version = '[Version]\r\nSignature="$WINDOWS NT$" ; of Windows\r\nClass=SCSIAdapter\r\n';
  const manufacturer = `[Manufacturer]\r\n%VENDOR%= VirtIO, ${targets.join(",")}\r\n`;
  return `${version}${manufacturer}${models.join("")}[Strings]\r\nVENDOR = "Red; Hat"\r\n`;
}

/** A directory with these files. */
function directoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

const viostor = { "viostor.inf": inf("NTamd64.6.1"), "viostor.sys": "MZ", "viostor.cat": "0" };

async function faultsOf(
  guest: string,
  places: readonly string[],
  options: Partial<AnswerOptions> = {},
): Promise<readonly Fault[]> {
  const drivers = await readDrivers(places);
  try {
    answerFile(findGuest(guest), { administratorPassword, ...options, drivers });
    return [];
  } catch (error) {
    if (!(error instanceof UnattendError) || error.code !== "UNATTEND_OPTIONS_INVALID") throw error;
    return error.data["faults"] as Fault[];
  }
}

describe("drivers of this host", () => {
  test("lie where Setup looks for them, and the answer file does not name them", async () => {
    const amd64 = directoryWith(viostor);
    const net = directoryWith({ "a/netkvm.inf": inf("NTx86", "NTamd64"), "a/b/netkvm.sys": "MZ" });
    const places = [amd64, "E:\\more", net];
    const drivers = await readDrivers(places);
    const profile = findGuest("10");
    const answer = answerFile(profile, { administratorPassword, drivers });
    expect(
      answer.bytes
        .toString()
        .match(/<Path>.*?<\/Path>/g)
        ?.slice(0, 1),
    ).toEqual(["<Path>E:\\more</Path>"]);
    expect(answer.bytes.toString()).not.toContain("WinPEDriver");
    const files = setupFiles(profile, { ...setupOptions, answer, drivers });
    const image = writeIso({ label: "WINVM", files });
    const again = { ...setupOptions, answer, drivers: await readDrivers(places) };
    expect(writeIso({ label: "WINVM", files: setupFiles(profile, again) }).equals(image)).toBe(
      true,
    );
    const read = readIso(image, "joliet").files;
    const found = Object.keys(read).filter((path) => path.startsWith("$WinPEDriver$/"));
    expect(found.sort()).toEqual([
      "$WinPEDriver$/1/viostor.cat",
      "$WinPEDriver$/1/viostor.inf",
      "$WinPEDriver$/1/viostor.sys",
      "$WinPEDriver$/2/a/b/netkvm.sys",
      "$WinPEDriver$/2/a/netkvm.inf",
    ]);
    expect(read["$WinPEDriver$/1/viostor.inf"]?.toString()).toBe(viostor["viostor.inf"]);
  });

  test.each([
    ["is there", "/no/such", "a directory of this host"],
    ["is no file", "/etc/passwd", "a directory of this host"],
    ["is a path that Windows has", "E:drivers", "an absolute Windows path"],
    ["is no path of a configuration set", "%ConfigSetRoot%\\drivers", "no %configsetroot%"],
    ["has an INF", { "setup.exe": "MZ" }, "at least one .inf"],
    ["has names of Windows'", { ...viostor, "aux.sys": "" }, "names that Windows can open"],
    ["has names of Joliet's", { ...viostor, ["n".repeat(65)]: "" }, "at most 64 UCS-2 units"],
    ["is not too deep", { ...viostor, "3/4/5/6/7/8/9": "" }, "at most 8 names in a path"],
    [
      "has no paths that are too long",
      { ...viostor, [Array.from({ length: 5 }, () => "n".repeat(60)).join("/")]: "" },
      "at most 240 UTF-16 units below the directory",
    ],
    ["has no names that differ in case only", { ...viostor, "VIOSTOR.sys": "" }, "no other name"],
    ["is of this architecture", { "a.inf": inf("NTx86") }, "a section of models for Windows 7"],
    ["is of this version", { "a.inf": inf("NTamd64.10.0") }, "(ntamd64.6.1)"],
    ["holds drivers only", { ...viostor, "autorun.inf": "[autorun]\n" }, "the signature"],
  ])("each %s", async (_, given, expected) => {
    const place = typeof given === "string" ? given : directoryWith(given);
    const faults = await faultsOf("7", [place]);
    expect(faults.map(({ path }) => path)).toEqual(["drivers[0]"]);
    expect(faults[0]?.expected).toContain(expected);
  });

  test("links, too much and too many files are told before a file is read", async () => {
    const linked = directoryWith(viostor);
    symlinkSync("/", join(linked, "root"));
    symlinkSync("/", join(linked, "roof"));
    const large = directoryWith(viostor);
    truncateSync(join(large, "viostor.sys"), 257 * 2 ** 20);
    const many = directoryWith(
      Object.fromEntries(Array.from({ length: 4100 }, (_item, at) => [String(at), ""])),
    );
    const faults = await faultsOf("11", [linked, large, many], { computerName: "a_b" });
    expect(faults[0]).toMatchObject({
      value: join(linked, "roof"),
      hint: expect.stringContaining("; 1 more like it") as unknown,
    });
    expect(faults.map(({ path, expected }) => `${path}: ${expected}`)).toEqual([
      "drivers[0]: files and directories, no links",
      "drivers[1]: at most 256 MiB in it",
      "drivers[2]: at most 4096 files and directories in it",
      "computerName: 1 to 15 ASCII letters, digits and hyphens",
    ]);
  });

  test("none is there twice, whatever its name or place", async () => {
    const parent = directoryWith({ "amd64/v.inf": inf("NTamd64") });
    symlinkSync(join(parent, "amd64"), join(parent, "again"));
    const other = directoryWith({ "amd64/v.inf": `${inf("NTamd64")}; another\r\n` });
    const places = [join(parent, "amd64"), join(other, "amd64"), join(parent, "again")];
    const faults = await faultsOf("11", places);
    expect(faults).toMatchObject([{ path: "drivers[2]", expected: "not named before" }]);
    expect(await faultsOf("11", [join(other, "amd64"), other])).toMatchObject([
      { path: "drivers[1]", value: other },
    ]);
    const copies = directoryWith({ "a/v.inf": inf("NTamd64"), "b/w.inf": inf("NTamd64") });
    expect(await faultsOf("11", [join(parent, "amd64"), copies])).toMatchObject([
      { path: "drivers[1]", expected: "each driver once", value: join(copies, "a/v.inf") },
      { path: "drivers[1]", expected: "each driver once", value: join(copies, "b/w.inf") },
    ]);
  });

  test("XP and 2003 have no place for them", async () => {
    const productKey = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
    const directory = directoryWith(viostor);
    expect(await faultsOf("xp", [directory], { productKey })).toMatchObject([
      { path: "drivers", value: [directory], hint: expect.stringContaining("$OEM$") as unknown },
    ]);
  });

  test("the set-up medium is not made with drivers that the answer file would refuse", async () => {
    const drivers = await readDrivers([directoryWith({ "a.inf": inf("NTx86") })]);
    expect(() => setupFiles(findGuest("10"), { ...setupOptions, drivers })).toThrow("drivers[0]");
  });

  test("a cancelled reading is no fault of the directory", async () => {
    const reason = new Error("enough");
    const reading = readDrivers([directoryWith(viostor)], AbortSignal.abort(reason));
    await expect(reading).rejects.toBe(reason);
  });
});

describe("whom an INF is for", () => {
  const encodings: Readonly<Record<string, (text: string) => Uint8Array>> = {
    "a code page": (text) => Buffer.from(text.replace("Red", "R\u00e9d"), "latin1"),
    "UTF-8 with a mark": (text) => Buffer.from(`\ufeff${text}`),
    "UTF-16 with a mark": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
    "UTF-16 without one": (text) => Buffer.from(text, "utf16le"),
    "UTF-16, big-endian": (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
  };

  test.each(Object.entries(encodings))("in %s, in any case", async (_, encode) => {
    const changes: ((text: string) => string)[] = [
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => text.toLowerCase().replaceAll("\r\n", "\n"),
      (text) => text.replace("= VirtIO,", "= \\\r\n  %models% ,").concat("models = VirtIO\r\n"),
    ];
    for (const change of changes) {
      const good = directoryWith({ "a.inf": encode(change(inf("NTx86", "NTamd64.6.1"))) });
      const other = directoryWith({ "a.inf": encode(change(inf("NTarm64"))) });
      expect((await faultsOf("7", [good, other])).map(({ path }) => path)).toEqual(["drivers[1]"]);
    }
  });

  const cases: readonly [guest: string, architecture: "amd64" | "x86", string, boolean][] = [
    ["10", "amd64", inf("NTamd64.10.0...19041"), true],
    ["10", "amd64", inf("NTamd64.10.0...22000"), false],
    ["11", "amd64", inf("NTamd64.10.0...22000"), true],
    ["7", "amd64", inf("NTamd64.6.2", "NTamd64.6.0.1"), true],
    ["2008r2", "amd64", inf("NTamd64.6.0.1"), false],
    ["2008r2", "amd64", inf("NTamd64.6.0.3"), true],
    ["7", "amd64", inf("NTamd64.6.1.3"), false],
    ["7", "x86", inf("NTamd64", "NT"), true],
    ["7", "x86", inf("NTamd64").replace("[VirtIO.NTamd64]", "[VirtIO]"), true],
    ["7", "amd64", inf("NTamd64").replace("[VirtIO.NTamd64]", "[VirtIO]"), false],
    // A section without models says that there is nothing for that Windows.
    ["7", "amd64", inf("NTamd64").replace(/%Disk%.*/, ""), false],
    ["7", "x86", '[version]\nsignature = "$Chicago$"\n[Manufacturer]\nAcme\n[Acme]\nx=y\n', true],
    ["7", "amd64", "[Version]\nSignature=$WINDOWS NT$\n[DefaultInstall.NTamd64]\n", true],
    ["7", "amd64", "[Version]\nSignature=$WINDOWS NT$\n[DefaultInstall.NTx86.Services]\n", false],
  ];
  test.each(cases)("%s %s: case %#", async (guest, architecture, text, taken) => {
    const faults = await faultsOf(guest, [directoryWith({ "a.inf": text })], { architecture });
    expect(faults.length === 0).toBe(taken);
  });

  test("any bytes are either taken or refused", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: "grapheme", maxLength: 60 })),
        async (content) => {
          const faults = await faultsOf("11", [directoryWith({ "a.inf": content })]);
          expect(faults.every(({ path }) => path === "drivers[0]")).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});
