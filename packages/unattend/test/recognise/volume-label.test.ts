import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { referenceData } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { bytesOf } from "../../src/recognise/image/bytes.ts";
import { readBootCatalog } from "../../src/recognise/iso9660/boot-catalog.ts";
import { readIsoVolume } from "../../src/recognise/iso9660/volume.ts";
import { readVolumeLabel } from "../../src/recognise/windows/volume-label.ts";
import { dumpImage, parseDump } from "./support/dumped-volume.ts";

test.each([
  ["WXPFPP_EN", ["xp"], "x86", "en-US", "retail"],
  ["GRTMPVOL_EN", ["xp"], "x86", "en-US", "volume"],
  ["GRTMHFPP_RU", ["xp"], "x86", "ru-RU", "retail"],
  ["AX2PXFPP_EN", ["xp64"], "amd64", "en-US", "retail"],
  ["ARMSXFPP_EN", ["2003"], "amd64", "en-US", "retail"],
  ["LRMCFRE_EN_DVD", ["vista"], "x86", "en-US", "retail"],
  ["KRTMSXVOL_EN_DVD", ["2008"], "amd64", "en-US", "volume"],
  ["GSP1RMCPRXFRER_BR_DVD", ["7"], "amd64", "pt-BR", "retail"],
  ["GRMCPRFREO_NL_DVD", ["7"], "x86", "nl-NL", "oem"],
  ["GRMSXFRER_CS_DVD", ["2008r2"], "amd64", "cs-CZ", "retail"],
  ["GRMSIAIVOL_EN_DVD", ["2008r2"], "ia64", "en-US", "volume"],
  ["HRM_CCSA_X86FRE_FR-FR_DV5", [], "x86", "fr-FR", "retail"],
  ["IR5_CENA_X64FREV_EN-US_DV9", ["8.1"], "amd64", "en-US", "volume"],
  ["IRM_SSS_X64FREE_EN-US_DV5", ["2012r2"], "amd64", "en-US", "evaluation"],
  ["CCCOMA_X64FRE_ZH-CN_DV9", ["10", "11"], "amd64", "zh-CN", "retail"],
  ["CCCOMA_A64FRE_EN-GB_DV9", ["10", "11"], "arm64", "en-GB", "retail"],
  [
    "SSS_X64FREE_SR-LATN-RS_DV9",
    ["2016", "2019", "2022", "2025"],
    "amd64",
    "sr-Latn-RS",
    "evaluation",
  ],
] as const)("%s", (volumeId, guests, architecture, language, channel) => {
  expect(readVolumeLabel(volumeId)).toMatchObject({
    guests,
    architecture,
    language,
    channel,
    purpose: "setup",
  });
});

test.each(["", "WINVM", "Debian 12.5.0 amd64 n", "WIN2000_EN", "CCCOMA_X64FRE_EN-US", "ESD-ISO"])(
  "'%s' tells nothing",
  (volumeId) => {
    expect(readVolumeLabel(volumeId)).toBeUndefined();
  },
);

test.each([
  ["MRMSD2_EN", "second disc"],
  ["CR0ECD2X_EN", "second disc"],
  ["BRMSCD2FRE_EN", "second disc"],
  ["CR0SPX2_EN", "service pack"],
] as const)("%s is no set-up medium", (volumeId, purpose) => {
  expect(readVolumeLabel(volumeId)).toMatchObject({ purpose });
});

/** Directories of the reference data → our names; `[]` where the catalogue has none. */
const directories: Readonly<Record<string, readonly string[]>> = {
  winxp: ["xp", "xp64"],
  win2k3: ["2003"],
  win2k3r2: ["2003"],
  winvista: ["vista"],
  win2k8: ["2008"],
  win7: ["7"],
  win2k8r2: ["2008r2"],
  win8: [],
  win2k12: [],
  "win8.1": ["8.1"],
  win2k12r2: ["2012r2"],
  win10: ["10"],
  win11: ["11"],
  win2k16: ["2016"],
  win2k19: ["2019"],
  win2k22: ["2022"],
  win2k25: ["2025"],
};

describe("the labels of real media", () => {
  test("tell version, architecture, language and channel as far as they go", (context) => {
    const dumps = readDumps(referenceData(context));
    const complaints = dumps.flatMap(({ path, os, text, language }) => {
      const label = readVolumeLabel(parseDump(text).volumeId);
      const wanted = directories[os];
      if (wanted === undefined)
        return label === undefined ? [] : [`${path}: read as ${label.titles.join()}`];
      if (label === undefined) return [`${path}: not read`];
      const wrong: string[] = [];
      const fits = wanted.some((guest) => label.guests.some((one) => one === guest));
      if (wanted.length > 0 ? !fits : label.guests.length > 0) wrong.push(label.titles.join());
      const name = path.toLowerCase();
      const architecture = /ia64|itanium/.test(name)
        ? "ia64"
        : /arm64/.test(name)
          ? "arm64"
          : /x64|64-?bit/.test(name)
            ? "amd64"
            : /x86|32-?bit/.test(name)
              ? "x86"
              : undefined;
      if (architecture !== undefined && label.architecture !== architecture) {
        wrong.push(label.architecture);
      }
      if (language !== undefined && label.language !== language) wrong.push(label.language);
      const channel = /_eval_/.test(name)
        ? "evaluation"
        : /_vl_|_vl\b|win_7_enterprise/.test(name)
          ? "volume"
          : undefined;
      if (channel !== undefined && label.channel !== channel) wrong.push(String(label.channel));
      return wrong.length === 0 ? [] : [`${path}: ${wrong.join(", ")}`];
    });
    expect(complaints).toEqual([]);
    expect(dumps.length).toBe(275);
  });

  test("their descriptors and boot records are read as isoinfo read them", async (context) => {
    let booted = 0;
    for (const { path, text } of readDumps(referenceData(context))) {
      const dump = parseDump(text);
      const image = bytesOf(path, dumpImage(dump));
      const volume = await readIsoVolume(image);
      expect(volume, path).toMatchObject({ volumeId: dump.volumeId, sectors: dump.sectors });
      expect(volume?.bootCatalog, path).toBe(dump.boot?.catalog);
      if (volume?.bootCatalog === undefined || dump.boot === undefined) continue;
      booted += 1;
      expect(await readBootCatalog(image, volume.bootCatalog), path).toEqual([
        { platform: dump.boot.platform === 0xef ? "uefi" : "bios", bootable: true },
      ]);
    }
    expect(booted).toBeGreaterThan(240);
  });
});

function readDumps(data: string) {
  const top = join(data, "osinfo-isodata", "win");
  return readdirSync(top).flatMap((os) =>
    readdirSync(join(top, os))
      .filter((name) => name.endsWith(".txt"))
      .map((name) => {
        const file = join(top, os, name);
        const side = file.replace(/\.txt$/, ".lng");
        const language = existsSync(side)
          ? /l10n-language=(\w+)/.exec(readFileSync(side, "utf8"))?.[1]?.replace("_", "-")
          : undefined;
        const text = readFileSync(file, "latin1");
        // A link to the dump of another version that has the same label; some copies hold its target as text.
        const target = /^\S+\.txt\s*$/.test(text) ? join(top, os, text.trim()) : file;
        return { path: `${os}/${name}`, os, text: readFileSync(target, "latin1"), language };
      }),
  );
}
