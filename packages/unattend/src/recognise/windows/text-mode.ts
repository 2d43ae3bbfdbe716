import { findFile, findNode, type MediaNode } from "../image/node.ts";
import { parseIni, readText } from "../image/text.ts";
import { systemOfBuild, type WindowsSystem } from "./system.ts";
import type { MediaChannel } from "./volume-label.ts";

/** What marks a medium of XP or 2003, whose Setup begins in text mode and has no WIM. */
export interface TextModeMedia {
  readonly system: WindowsSystem;
  readonly build: number;
  readonly architecture: "x86" | "amd64";
  readonly edition: string;
  readonly channel: MediaChannel | undefined;
}

interface Marker {
  readonly build: number;
  readonly kind: "client" | "server";
  readonly edition: string;
}

/** Names of files in the root → what they stand for (dockur/windows src/define.sh; the editions of servers UNVERIFIED). */
const markers: Readonly<Record<string, Marker>> = {
  win51ic: { build: 2600, kind: "client", edition: "Home" },
  win51ip: { build: 2600, kind: "client", edition: "Professional" },
  win51ap: { build: 3790, kind: "client", edition: "Professional" },
  win51is: { build: 3790, kind: "server", edition: "Standard" },
  win51ia: { build: 3790, kind: "server", edition: "Enterprise" },
  win51ib: { build: 3790, kind: "server", edition: "Web" },
  win51id: { build: 3790, kind: "server", edition: "Datacenter" },
  win51il: { build: 3790, kind: "server", edition: "Small Business" },
  win51as: { build: 3790, kind: "server", edition: "Standard" },
  win51aa: { build: 3790, kind: "server", edition: "Enterprise" },
  win51ad: { build: 3790, kind: "server", edition: "Datacenter" },
};

/** Finds XP and 2003 by the markers in the root; undefined where there are none. */
export async function readTextModeMedia(root: MediaNode): Promise<TextModeMedia | undefined> {
  const names = (await root.children()).map(({ name }) => name.toLowerCase());
  const marker = names.map((name) => markers[name]).find((found) => found !== undefined);
  if (marker === undefined) return undefined;
  const wide = await findNode(root, "amd64");
  // 64-bit media have I386 too, for what they share.
  const source = wide?.directory === true ? "amd64" : "i386";
  if (!names.includes(source)) return undefined;
  const productId = await findFile(root, `${source}/setupp.ini`);
  return {
    system: systemOfBuild(marker.build, marker.kind),
    build: marker.build,
    architecture: source === "amd64" ? "amd64" : "x86",
    edition: marker.edition,
    channel: productId === undefined ? undefined : channelOfProductId(await readText(productId)),
  };
}

/** `setupp.ini`: `[Pid] Pid=76487270`; its end says who the medium is for (dockur/windows src/sif.sh). */
export function channelOfProductId(text: string): MediaChannel | undefined {
  const pid = parseIni(text).get("pid")?.get("pid");
  if (pid === undefined || pid.length < 4) return undefined;
  if (/oem$/i.test(pid)) return "oem";
  return pid.endsWith("270") ? "volume" : "retail";
}
