import { describeError } from "@winvm/runtime";
import { damaged, type Bytes } from "../image/bytes.ts";
import { decodeText } from "../image/text.ts";
import { elementAt, parseElements, textAt, type WimElement } from "./element.ts";
import { findWimXml } from "./header.ts";

/** For what processor an image is; others than these are numbers in WIM files. */
export type MediaArchitecture = "x86" | "amd64" | "arm" | "arm64" | "ia64";

/** What a WIM file says of one of its images. What it does not say is undefined. */
export interface WimImage {
  /** From 1. */
  readonly index: number;
  /** What `/IMAGE/NAME` in an answer file is compared with. */
  readonly name: string | undefined;
  /** The name that Setup shows; servers have another one there. */
  readonly displayName: string | undefined;
  /** `Professional`, `ServerStandardEval`, … */
  readonly editionId: string | undefined;
  readonly architecture: MediaArchitecture | undefined;
  /** `10.0.26100`. */
  readonly version: string | undefined;
  readonly build: number | undefined;
  /** `Client`, `Server`, `Server Core`, `WindowsPE`, …; since Windows 7. */
  readonly installationType: string | undefined;
  /** `WinNT` or `ServerNT`. */
  readonly productType: string | undefined;
  readonly languages: readonly string[];
  readonly defaultLanguage: string | undefined;
}

/** SYSTEM_INFO's numbers (Microsoft, sysinfoapi.h). */
const architectures: Readonly<Record<string, MediaArchitecture>> = {
  0: "x86",
  5: "arm",
  6: "ia64",
  9: "amd64",
  12: "arm64",
};

/**
 * Reads what a WIM, ESD or the first part of a split WIM holds: the header and the XML, which is never compressed.
 *
 * @throws UnattendError `UNATTEND_ISO_DAMAGED`.
 */
export async function readWim(file: Bytes): Promise<WimImage[]> {
  const { position, sizeBytes, compressed } = await findWimXml(file);
  if (compressed)
    throw damaged(file.name, "its XML is compressed, which the format does not allow");
  const text = decodeText(await file.read(position, sizeBytes));
  let root: WimElement;
  try {
    root = parseElements(text);
  } catch (error) {
    throw damaged(file.name, `its XML can't be read: ${describeError(error)}`);
  }
  const images = root.children.filter(({ name }) => name === "IMAGE").map(wimImage);
  if (images.some(({ index }) => !Number.isInteger(index) || index < 1)) {
    throw damaged(file.name, "an image of its XML has no index");
  }
  return images;
}

function wimImage(element: WimElement): WimImage {
  const windows = (...path: readonly string[]): string | undefined =>
    textAt(element, "WINDOWS", ...path);
  const version = ["MAJOR", "MINOR", "BUILD"].map((part) => windows("VERSION", part));
  const build = /^\d{1,6}$/.test(version[2] ?? "") ? Number(version[2]) : undefined;
  const architecture = windows("ARCH");
  const languages = elementAt(element, "WINDOWS", "LANGUAGES")?.children ?? [];
  return {
    index: Number(element.attributes["INDEX"]),
    name: textAt(element, "NAME"),
    displayName: textAt(element, "DISPLAYNAME"),
    editionId: windows("EDITIONID") ?? textAt(element, "FLAGS"),
    architecture: architecture === undefined ? undefined : architectures[architecture],
    version: version.every((part) => part !== undefined) ? version.join(".") : undefined,
    build,
    installationType: windows("INSTALLATIONTYPE"),
    productType: windows("PRODUCTTYPE"),
    languages: languages
      .filter(({ name }) => name === "LANGUAGE")
      .map(({ text }) => text.trim())
      .filter((text) => text !== ""),
    defaultLanguage: windows("LANGUAGES", "DEFAULT"),
  };
}
