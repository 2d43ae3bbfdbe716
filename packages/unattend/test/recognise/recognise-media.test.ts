import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { describeMedia, recogniseMedia, writeIsoFile } from "../../src/index.ts";
import { openImage } from "../../src/recognise/image/bytes.ts";
import { readWim } from "../../src/recognise/wim/images.ts";
import { makeBridge, makeWim, windowsProperties, type MediaTree } from "./support/make-media.ts";

const needed = { "wimlib-imagex": "wimtools", genisoimage: "genisoimage" };

describe("readWim", { tags: ["host"] }, () => {
  test.for([
    ["a WIM", false],
    ["an ESD", true],
  ] as const)("reads the images of %s that wimlib made", async ([, solid], context) => {
    requirePrograms(context, needed);
    const file = join(temporaryDirectory(), "install.wim");
    const properties = windowsProperties({
      build: 26100,
      edition: "Professional",
      languages: ["de-DE", "en-US"],
    });
    await makeWim(
      file,
      [
        {
          name: "Windows 11 Pro",
          properties: { ...properties, DISPLAYNAME: "Grüße & <Küsse>" },
        },
        {
          name: "Windows 11 Home",
          properties: windowsProperties({ build: 26100, edition: "Core" }),
        },
      ],
      { solid },
    );
    await using image = await openImage(file);
    expect(await readWim(image)).toMatchObject([
      {
        index: 1,
        name: "Windows 11 Pro",
        displayName: "Grüße & <Küsse>",
        editionId: "Professional",
        architecture: "amd64",
        version: "10.0.26100",
        build: 26100,
        installationType: "Client",
        productType: "WinNT",
        languages: ["de-DE", "en-US"],
        defaultLanguage: "de-DE",
      },
      { index: 2, name: "Windows 11 Home", editionId: "Core", defaultLanguage: "en-US" },
    ]);
  });
});

describe("recogniseMedia", { tags: ["host"] }, () => {
  test("knows a client's UDF bridge disc, whose ISO 9660 part holds a readme", async (context) => {
    requirePrograms(context, needed);
    const iso = await bridge("CCCOMA_X64FRE_EN-US_DV9", {
      "sources/install.wim": (file) =>
        makeWim(file, [
          {
            name: "Windows 11 Home",
            properties: windowsProperties({ build: 26100, edition: "Core" }),
          },
          {
            name: "Windows 11 Pro",
            properties: windowsProperties({ build: 26100, edition: "Professional" }),
          },
        ]),
      "sources/lang.ini":
        "[Available UI Languages]\r\nen-US = 3\r\n\r\n[Fallback Languages]\r\nen-US = en-us\r\n",
    });
    const media = await recogniseMedia(iso);
    expect(media).toMatchObject({
      file: iso,
      volumeId: "CCCOMA_X64FRE_EN-US_DV9",
      fileSystem: "udf",
      boots: ["bios", "uefi"],
      evidence: "install.wim",
      titles: ["Windows 11"],
      guests: ["11"],
      architectures: ["amd64"],
      channel: "retail",
      languages: ["en-US"],
      defaultLanguage: "en-US",
      setupLanguages: ["en-US"],
      editions: [
        {
          index: 1,
          name: "Windows 11 Home",
          build: 26100,
          version: "10.0.26100",
          evaluation: false,
        },
        { index: 2, name: "Windows 11 Pro" },
      ],
    });
    expect(describeMedia(media)).toBe(
      "Windows 11 (amd64, en-US, retail), with 1: Windows 11 Home; 2: Windows 11 Pro",
    );
    // The same file by the ISO 9660 part alone: only the readme is there.
    const listing = await runProgram("isoinfo", ["-f", "-i", iso]);
    expect(listing.stdout).not.toMatch(/INSTALL/);
  });

  test("tells a server's evaluation by its edition ids, as the build 26100 is no Windows 11 there", async (context) => {
    requirePrograms(context, needed);
    const iso = await bridge("SSS_X64FREE_EN-US_DV9", {
      "sources/install.esd": (file) =>
        makeWim(
          file,
          [
            {
              name: "Windows Server 2025 SERVERSTANDARDCORE",
              properties: server("ServerStandardEval", "Server Core"),
            },
            {
              name: "Windows Server 2025 SERVERSTANDARD",
              properties: {
                ...server("ServerStandardEval", "Server"),
                DISPLAYNAME: "Windows Server 2025 Standard Evaluation (Desktop Experience)",
              },
            },
          ],
          { solid: true },
        ),
      "sources/ei.cfg": "[EditionID]\r\n\r\n[Channel]\r\neval\r\n[VL]\r\n0\r\n",
    });
    expect(await recogniseMedia(iso)).toMatchObject({
      guests: ["2025"],
      channel: "evaluation",
      editions: [
        { index: 1, core: true, evaluation: true },
        {
          index: 2,
          core: false,
          displayName: "Windows Server 2025 Standard Evaluation (Desktop Experience)",
        },
      ],
    });
  });

  test.for([
    [6002, "Client", "vista"],
    [6001, "Server", "2008"],
    [7601, "Client", "7"],
    [7601, "Server", "2008r2"],
    [9600, "Client", "8.1"],
    [9600, "Server", "2012r2"],
    [19045, "Client", "10"],
    [14393, "Server", "2016"],
    [14393, "Client", "10"],
    [17763, "Server Core", "2019"],
    [20348, "Server", "2022"],
    [26200, "Client", "11"],
    [9200, "Client", undefined],
    [25398, "Server", undefined],
  ] as const)("build %i of a %s is %s", async ([build, type, guest], context) => {
    requirePrograms(context, needed);
    const iso = join(temporaryDirectory(), "a.iso");
    const wim = join(temporaryDirectory(), "install.wim");
    await makeWim(wim, [
      { name: "x", properties: windowsProperties({ build, edition: "e", type }) },
    ]);
    await writeIsoFile(iso, { label: "X", files: { "sources/install.wim": { file: wim } } });
    const media = await recogniseMedia(iso);
    expect(media.guests).toEqual(guest === undefined ? [] : [guest]);
    expect(media.fileSystem).toBe("joliet");
    expect(media.boots).toEqual([]);
    expect(media.titles[0]).toMatch(/^Windows /);
  });

  test("reads a WIM that was split for a FAT medium", async (context) => {
    requirePrograms(context, needed);
    const directory = temporaryDirectory();
    const wim = join(directory, "install.wim");
    const properties = windowsProperties({ build: 19045, edition: "Professional" });
    await makeWim(wim, [{ name: "Windows 10 Pro", properties }]);
    await runProgram("wimlib-imagex", ["split", wim, join(directory, "install.swm"), "1"]);
    const iso = join(directory, "a.iso");
    const files = { "sources/install.swm": { file: join(directory, "install.swm") } };
    await writeIsoFile(iso, { label: "X", files });
    expect(await recogniseMedia(iso)).toMatchObject({
      guests: ["10"],
      editions: [{ index: 1, name: "Windows 10 Pro", editionId: "Professional" }],
    });
  });

  test.for([
    [19045, "ESD-ISO", ["10"]],
    [14393, "SSS_X64FREE_EN-US_DV9", ["2016"]],
    [14393, "CES_X64FREV_EN-US_DV5", ["10"]],
    [14393, "ESD-ISO", ["2016", "10"]],
  ] as const)(
    "boot.wim of build %i on '%s' hints at %s",
    async ([build, label, guests], context) => {
      requirePrograms(context, needed);
      const properties = windowsProperties({ build, edition: "WindowsPE", type: "WindowsPE" });
      const boot = await bridge(label, {
        "sources/boot.wim": (file) =>
          makeWim(file, [{ name: "Microsoft Windows Setup (x64)", properties }]),
      });
      expect(await recogniseMedia(boot)).toMatchObject({
        evidence: "boot.wim",
        architectures: ["amd64"],
        editions: [],
        guests,
      });
    },
  );

  test.each([
    ["WIN51IP", "I386", "76487270", "xp", "x86", "volume"],
    ["WIN51IC", "I386", "76477OEM", "xp", "x86", "oem"],
    ["WIN51AP", "AMD64", "76588000", "xp64", "amd64", "retail"],
    ["WIN51IS", "I386", "69713000", "2003", "x86", "retail"],
    ["WIN51AA", "AMD64", "69763270", "2003", "amd64", "volume"],
  ] as const)(
    "%s is known by its marker",
    async (marker, source, pid, guest, architecture, channel) => {
      const iso = join(temporaryDirectory(), "a.iso");
      const files = {
        [marker]: Buffer.from("Windows"),
        WIN51: Buffer.from("Windows"),
        "I386/A": Buffer.from("shared"),
        [`${source}/SETUPP.INI`]: Buffer.from(`[Pid]\r\nExtraData=786F\r\nPid=${pid}\r\n`),
      };
      await writeIsoFile(iso, { label: "GRTMPVOL_EN", files });
      expect(await recogniseMedia(iso)).toMatchObject({
        evidence: "markers",
        guests: [guest],
        architectures: [architecture],
        channel,
        defaultLanguage: "en-US",
      });
    },
  );

  test("what is no Windows, no ISO, cut off or not there is refused, each for its reason", async (context) => {
    requirePrograms(context, { xorriso: "xorriso" });
    const directory = temporaryDirectory();
    const linux = join(directory, "linux.iso");
    writeFileSync(join(directory, "vmlinuz"), "kernel");
    await runProgram("xorriso", [
      "-outdev",
      linux,
      "-volid",
      "Debian 12",
      "-joliet",
      "on",
      "-map",
      join(directory, "vmlinuz"),
      "/live/vmlinuz",
    ]);
    await expect(recogniseMedia(linux)).rejects.toMatchObject({
      code: "UNATTEND_ISO_NOT_WINDOWS",
      data: { volumeId: "Debian 12", top: ["live"] },
    });
    const second = join(directory, "second.iso");
    await writeIsoFile(second, { label: "MRMSD2_EN", files: { "cmpnents/a": Buffer.of(1) } });
    await expect(recogniseMedia(second)).rejects.toThrow(/second disc of Windows XP/);
    const text = join(directory, "text.iso");
    writeFileSync(text, "no ISO".repeat(20_000));
    await expect(recogniseMedia(text)).rejects.toMatchObject({ code: "UNATTEND_ISO_INVALID" });
    writeFileSync(text, "");
    await expect(recogniseMedia(text)).rejects.toMatchObject({ code: "UNATTEND_ISO_INVALID" });
    const pipe = join(directory, "pipe");
    await runProgram("mkfifo", [pipe]);
    for (const place of [join(directory, "none.iso"), directory, pipe, "/dev/zero"]) {
      await expect(recogniseMedia(place)).rejects.toMatchObject({
        code: "UNATTEND_ISO_UNREADABLE",
      });
    }
    truncateSync(linux, 45_000);
    await expect(recogniseMedia(linux)).rejects.toMatchObject({ code: "UNATTEND_ISO_DAMAGED" });
  });

  test("a bridge disc that lacks its end is damaged, not empty", async (context) => {
    requirePrograms(context, needed);
    const iso = await bridge("CCCOMA_X64FRE_EN-US_DV9", {
      "sources/install.wim": (file) =>
        makeWim(file, [
          { name: "x", properties: windowsProperties({ build: 26100, edition: "Core" }) },
        ]),
    });
    const { length } = readFileSync(iso);
    for (const part of [0.3, 0.6, 0.95]) {
      truncateSync(iso, Math.floor((length * part) / 2048) * 2048);
      await expect(recogniseMedia(iso)).rejects.toMatchObject({ code: "UNATTEND_ISO_DAMAGED" });
      writeFileSync(
        iso,
        Buffer.concat([readFileSync(iso), Buffer.alloc(length)]).subarray(0, length),
      );
      // As long as it was, with zeros in place of what was lost.
      await expect(recogniseMedia(iso)).rejects.toMatchObject({
        code: expect.stringMatching(/^UNATTEND_ISO_/),
      });
    }
  });
});

async function bridge(volumeId: string, tree: MediaTree): Promise<string> {
  const iso = join(temporaryDirectory(), "windows.iso");
  await makeBridge(iso, volumeId, tree);
  return iso;
}

function server(edition: string, type: string): Record<string, string> {
  return windowsProperties({ build: 26100, edition, type });
}
