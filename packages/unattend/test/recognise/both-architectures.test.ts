import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test, type TestContext } from "vitest";
import { chooseEdition, describeMedia, findGuest, recogniseMedia } from "../../src/index.ts";
import type { RecognisedMedia } from "../../src/index.ts";
import { makeBridge, makeWim, windowsProperties } from "./support/make-media.ts";

describe("media for 32 and 64 bits", { tags: ["host"] }, () => {
  test("both halves are recognised, each with its editions, and Setup's languages", async (context) => {
    const media = await bothHalves(context);
    expect(media).toMatchObject({
      evidence: "install.wim",
      guests: ["10"],
      architectures: ["amd64", "x86"],
      setupLanguages: ["en-US"],
    });
    expect(
      media.editions.map(({ architecture, index, name }) => [architecture, index, name]),
    ).toEqual([
      ["amd64", 1, "Windows 10 Home"],
      ["amd64", 2, "Windows 10 Pro"],
      ["x86", 1, "Windows 10 Pro"],
    ]);
    expect(describeMedia(media)).toBe(
      "Windows 10 (amd64 and x86, en-US), with amd64 1: Windows 10 Home; amd64 2: Windows 10 Pro; x86 1: Windows 10 Pro",
    );
  });

  test.each([undefined, "amd64"] as const)(
    "what the boot menu starts by itself can be installed, asked for as %s",
    async (architecture) => {
      for (const firmware of ["bios", "uefi"] as const) {
        const profile = { ...findGuest("10"), firmware };
        expect(chooseEdition(made("amd64", "x86"), profile, { architecture })).toMatchObject({
          architecture: "amd64",
          image: { index: 1 },
          edition: "Pro",
        });
      }
    },
  );

  test("the image is one of the architecture's own", async (context) => {
    const media = await bothHalves(context);
    expect(chooseEdition(media, findGuest("10"))).toMatchObject({ image: { index: 2 } });
  });

  test("the other one is refused, and the hint says what ISO has it", () => {
    expect(() =>
      chooseEdition(made("amd64", "x86"), findGuest("10"), { architecture: "x86" }),
    ).toThrow(
      expect.objectContaining({
        code: "UNATTEND_ISO_MISMATCH",
        happened: expect.stringContaining(
          "architecture: expected amd64, which its boot menu starts by itself, got 'x86'",
        ),
        hint: expect.stringMatching(
          /^give an ISO for x86 only, as the Media Creation Tool makes it/,
        ),
      }),
    );
  });

  test("which of two others would start is not known", () => {
    expect(() => chooseEdition(made("x86", "arm64"), findGuest("10"))).toThrow(
      /architecture: expected x86 and arm64/,
    );
  });
});

async function bothHalves(context: TestContext): Promise<RecognisedMedia> {
  requirePrograms(context, { "wimlib-imagex": "wimtools", genisoimage: "genisoimage" });
  const iso = join(temporaryDirectory(), "windows.iso");
  await makeBridge(iso, "ESD-ISO", {
    "x64/sources/install.esd": half("amd64", ["Core", "Professional"]),
    "x64/sources/lang.ini": "[Available UI Languages]\r\nen-US = 3\r\n",
    "x86/sources/install.esd": half("x86", ["Professional"]),
  });
  return await recogniseMedia(iso);
}

const names = { Core: "Windows 10 Home", Professional: "Windows 10 Pro" };

function half(
  architecture: "x86" | "amd64",
  editions: readonly (keyof typeof names)[],
): (file: string) => Promise<void> {
  const images = editions.map((edition) => ({
    name: names[edition],
    properties: windowsProperties({ build: 19045, edition, architecture }),
  }));
  return (file) => makeWim(file, images, { solid: true });
}

function made(...architectures: RecognisedMedia["architectures"]): RecognisedMedia {
  return {
    file: "a.iso",
    sizeBytes: 1,
    volumeId: "ESD-ISO",
    fileSystem: "udf",
    boots: ["bios", "uefi"],
    evidence: "install.wim",
    titles: ["Windows 10"],
    guests: ["10"],
    architectures,
    channel: undefined,
    editions: architectures.map((architecture) => ({
      index: 1,
      name: "Windows 10 Pro",
      displayName: undefined,
      editionId: "Professional",
      title: "Windows 10",
      guest: "10",
      architecture,
      version: "10.0.19045",
      build: 19045,
      core: false,
      evaluation: false,
      languages: ["en-US"],
      defaultLanguage: "en-US",
    })),
    languages: ["en-US"],
    defaultLanguage: "en-US",
    setupLanguages: ["en-US"],
  };
}
