import { findFile, type MediaNode } from "./image/node.ts";
import { readText } from "./image/text.ts";
import type { MediaEdition, RecognisedMedia } from "./media.ts";
import { readWim, type WimImage } from "./wim/images.ts";
import { channelOfEditionConfig, languagesOfLangIni } from "./windows/edition-config.ts";
import { systemOfBuild, systemsOfBuild } from "./windows/system.ts";
import type { MediaChannel, VolumeLabel } from "./windows/volume-label.ts";

/** Media for both 32 and 64 bits have a directory for each (Media Creation Tool). */
const places = ["sources", "x64/sources", "x86/sources"];

/** A WIM and the directory that it lies in. */
export interface FoundWim {
  readonly directory: string;
  readonly images: readonly WimImage[];
}

/** The WIMs of that name, one a directory. */
export async function readWims(
  root: MediaNode,
  name: string,
  extensions: readonly string[],
): Promise<FoundWim[]> {
  const found: FoundWim[] = [];
  for (const directory of places) {
    for (const extension of extensions) {
      const file = await findFile(root, `${directory}/${name}.${extension}`);
      if (file === undefined) continue;
      found.push({ directory, images: await readWim(file) });
      break;
    }
  }
  return found;
}

/** What a medium says of the Windows on it. */
export type WindowsPart = Omit<
  RecognisedMedia,
  "file" | "sizeBytes" | "volumeId" | "fileSystem" | "boots"
>;

/** What WIMs and the texts beside them say together. */
export async function wimMedia(
  root: MediaNode,
  found: readonly FoundWim[],
  label: VolumeLabel | undefined,
): Promise<WindowsPart> {
  const text = async (name: string): Promise<string | undefined> => {
    for (const { directory } of found) {
      const file = await findFile(root, `${directory}/${name}`);
      if (file !== undefined) return readText(file);
    }
    return undefined;
  };
  const config = await text("ei.cfg");
  const langIni = await text("lang.ini");
  const images = found.flatMap((wim) => wim.images);
  const told = config === undefined ? undefined : channelOfEditionConfig(config);
  const evaluation = images.some(isEvaluation) || told === "evaluation";
  const channel: MediaChannel | undefined = evaluation ? "evaluation" : (told ?? label?.channel);
  const editions = images.map((image) => mediaEdition(image, evaluation));
  return {
    evidence: "install.wim",
    titles: unique(editions.map(({ title }) => title)),
    guests: unique(editions.map(({ guest }) => guest)),
    architectures: unique(editions.map(({ architecture }) => architecture)),
    channel,
    editions,
    languages: unique(editions.flatMap(({ languages }) => languages)),
    defaultLanguage: editions.find((edition) => edition.defaultLanguage)?.defaultLanguage,
    setupLanguages: langIni === undefined ? [] : languagesOfLangIni(langIni),
  };
}

/**
 * What boot.wim hints at where nothing can be installed. The Windows PE in it does not say whether it is a client's or a
 * server's: the volume id does, where it is one of Microsoft's.
 */
export async function bootMedia(
  root: MediaNode,
  found: readonly FoundWim[],
  label: VolumeLabel | undefined,
): Promise<WindowsPart> {
  const media = await wimMedia(root, found, label);
  const builds = unique(media.editions.map(({ build }) => build));
  const systems = builds.flatMap(systemsOfBuild);
  const meant = systems.filter(({ title }) => label?.titles.includes(title));
  const held = meant.length > 0 ? meant : systems;
  return {
    ...media,
    evidence: "boot.wim",
    titles: unique(held.map(({ title }) => title)),
    guests: unique(held.map(({ guest }) => guest)),
    editions: [],
  };
}

/** Not every name says it, but every edition id does (Windows Server 2025's is `ServerStandardEval`). */
function isEvaluation({ editionId }: WimImage): boolean {
  return /eval$/i.test(editionId ?? "");
}

function mediaEdition(image: WimImage, evaluation: boolean): MediaEdition {
  const { index, editionId, build, installationType, productType } = image;
  const server = productType === "ServerNT" || installationType?.startsWith("Server") === true;
  const name = image.name ?? image.displayName ?? `image ${index}`;
  const { title, guest } =
    build === undefined
      ? { title: name, guest: undefined }
      : systemOfBuild(build, server ? "server" : "client");
  return {
    index,
    name,
    displayName: image.displayName === name ? undefined : image.displayName,
    editionId,
    title,
    guest,
    architecture: image.architecture,
    version: image.version,
    build,
    core: installationType === "Server Core" || /core$/i.test(image.name ?? ""),
    evaluation,
    languages: image.languages,
    defaultLanguage: image.defaultLanguage ?? image.languages[0],
  };
}

function unique<T>(values: readonly (T | undefined)[]): T[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
