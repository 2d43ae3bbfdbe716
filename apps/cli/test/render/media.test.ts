import type { MediaEdition } from "@winvm/pipeline";
import { expect, test } from "vitest";
import { mediaText } from "../../src/render/media.ts";

test("of a medium for 32 and 64 bits each edition is told with its architecture", () => {
  const text = mediaText({
    file: "/w.iso",
    sizeBytes: 1024,
    volumeId: "ESD-ISO",
    fileSystem: "udf",
    boots: ["bios", "uefi"],
    evidence: "install.wim",
    titles: ["Windows 10"],
    guests: ["10"],
    architectures: ["amd64", "x86"],
    channel: undefined,
    editions: [edition("amd64"), edition("x86")],
    languages: ["en-US"],
    defaultLanguage: "en-US",
    setupLanguages: ["en-US"],
  });
  expect(text).toContain("architecture  amd64, x86\n");
  expect(text.split("\n").slice(-4)).toEqual([
    "FOR    INDEX  EDITION         ID            VERSION     LANGUAGES",
    "amd64      1  Windows 10 Pro  Professional  10.0.19045  en-US",
    "x86        1  Windows 10 Pro  Professional  10.0.19045  en-US",
    "",
  ]);
});

function edition(architecture: "amd64" | "x86"): MediaEdition {
  return {
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
  };
}
