import type { Firmware } from "../catalogue/profile.ts";
import { UnattendError } from "../errors.ts";
import { damaged, openImage, unsupported, type Bytes } from "./image/bytes.ts";
import { findNode, type MediaNode } from "./image/node.ts";
import { readBootCatalog } from "./iso9660/boot-catalog.ts";
import { isoRoot } from "./iso9660/directory.ts";
import { readIsoVolume, sectorBytes } from "./iso9660/volume.ts";
import type { RecognisedMedia } from "./media.ts";
import { readUdf } from "./udf/volume.ts";
import { bootMedia, readWims, wimMedia, type WindowsPart } from "./wim-media.ts";
import { readTextModeMedia, type TextModeMedia } from "./windows/text-mode.ts";
import { readVolumeLabel, type VolumeLabel } from "./windows/volume-label.ts";

/** What the file systems of an image say, before anybody asks for Windows. */
interface Volume {
  readonly volumeId: string;
  readonly fileSystem: RecognisedMedia["fileSystem"];
  readonly boots: readonly Firmware[];
  readonly root: MediaNode;
}

/**
 * Reads what a Windows ISO holds: version, architecture, editions with their indices, languages, channel and the
 * firmware it boots with. Reads descriptors, directories and the WIM's XML by position; needs no rights and no other
 * program, and writes nothing.
 *
 * @throws UnattendError `UNATTEND_ISO_UNREADABLE` (the host can't read it), `UNATTEND_ISO_INVALID` (no ISO),
 *   `UNATTEND_ISO_DAMAGED` (truncated, or its parts contradict each other), `UNATTEND_ISO_NOT_WINDOWS` (nothing that
 *   Windows can be installed from).
 */
export async function recogniseMedia(file: string): Promise<RecognisedMedia> {
  await using image = await openImage(file);
  return await recogniseImage(image);
}

/** As {@link recogniseMedia}, for an image that is open already. */
export async function recogniseImage(image: Bytes): Promise<RecognisedMedia> {
  const volume = await readVolume(image);
  const { root, volumeId, fileSystem, boots } = volume;
  const label = readVolumeLabel(volumeId);
  const base = { file: image.name, sizeBytes: image.sizeBytes, volumeId, fileSystem, boots };
  const installed = await readWims(root, "install", ["wim", "esd", "swm"]);
  if (installed.length > 0) return { ...base, ...(await wimMedia(root, installed, label)) };
  const textMode = await readTextModeMedia(root);
  if (textMode !== undefined) return { ...base, ...textModeMedia(textMode, label) };
  const hints = await readWims(root, "boot", ["wim"]);
  if (hints.length > 0) return { ...base, ...(await bootMedia(root, hints, label)) };
  if (label?.purpose !== "setup") throw await notWindows(image, volume, label);
  const { titles, guests, architecture, channel, language } = label;
  return {
    ...base,
    evidence: "volume id",
    titles,
    guests,
    architectures: [architecture],
    channel,
    editions: [],
    languages: [language],
    defaultLanguage: language,
    setupLanguages: [],
  };
}

async function readVolume(image: Bytes): Promise<Volume> {
  const iso = await readIsoVolume(image);
  const udf = await readUdf(image);
  const end = (iso?.sectors ?? 0) * sectorBytes;
  if (end > image.sizeBytes) {
    throw damaged(image.name, `it has ${image.sizeBytes} bytes, and its volume has ${end}`);
  }
  const entries =
    iso?.bootCatalog === undefined ? [] : await readBootCatalog(image, iso.bootCatalog);
  const boots = (["bios", "uefi"] as const).filter((firmware) =>
    entries.some(({ platform, bootable }) => bootable && platform === firmware),
  );
  if (udf !== undefined) {
    return { volumeId: iso?.volumeId ?? udf.volumeId, fileSystem: "udf", boots, root: udf.root };
  }
  if (iso === undefined) {
    const happened = "it is not an ISO image: it has neither ISO 9660 nor UDF volume descriptors";
    throw unsupported(image.name, happened);
  }
  const hierarchy = iso.joliet ?? iso.plain;
  return {
    volumeId: iso.volumeId,
    fileSystem: hierarchy.names === "joliet" ? "joliet" : "iso9660",
    boots,
    root: isoRoot(image, hierarchy),
  };
}

function textModeMedia(found: TextModeMedia, label: VolumeLabel | undefined): WindowsPart {
  const { system, build, architecture, edition } = found;
  const languages = label === undefined ? [] : [label.language];
  const [defaultLanguage] = languages;
  return {
    evidence: "markers",
    titles: [system.title],
    guests: system.guest === undefined ? [] : [system.guest],
    architectures: [architecture],
    channel: found.channel ?? label?.channel,
    editions: [
      {
        index: undefined,
        name: edition,
        displayName: undefined,
        editionId: undefined,
        title: system.title,
        guest: system.guest,
        architecture,
        version: build === 2600 ? "5.1.2600" : "5.2.3790",
        build,
        core: false,
        evaluation: false,
        languages,
        defaultLanguage,
      },
    ],
    languages,
    defaultLanguage,
    setupLanguages: languages,
  };
}

async function notWindows(
  image: Bytes,
  { root, volumeId, fileSystem }: Volume,
  label: VolumeLabel | undefined,
): Promise<UnattendError> {
  const top = (await root.children()).map(({ name }) => name).slice(0, 20);
  const sources = await findNode(root, "sources");
  const what =
    label === undefined
      ? `it holds no Windows: there is neither sources/install.wim nor a marker of XP or 2003`
      : `it is the ${label.purpose} of ${label.titles.join(" or ")}, which nothing can be installed from`;
  const holds = top.length === 0 ? "nothing" : top.join(", ");
  return new UnattendError({
    code: "UNATTEND_ISO_NOT_WINDOWS",
    asked: `recognise ${image.name}`,
    happened: `${what}; its label is '${volumeId}', and it holds ${holds}`,
    hint:
      sources === undefined
        ? "give the ISO of a Windows installation medium"
        : "give the whole medium: sources/install.wim, install.esd or install.swm is missing",
    data: { file: image.name, volumeId, fileSystem, top },
  });
}
