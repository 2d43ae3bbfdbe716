import type { DiskFormat, MachineBacking, MachineFirmware } from "../machine/machine.ts";
import { qemuOption } from "./option.ts";

/** An image to be opened: a node for the file, one for the format on top, and the same for each image below. */
interface Image {
  /** The name of the top node. */
  readonly id: string;
  readonly file: string;
  readonly format: DiskFormat;
  readonly readOnly?: boolean | undefined;
  readonly backing?: MachineBacking | undefined;
  readonly throwAway?: boolean | undefined;
}

/**
 * The `-blockdev` options of an image, lowest first. Every image of a chain has a node of its own that the one above
 * names, so what an image's header says of its backing file is never followed.
 */
export function blockNodes(image: Image): readonly string[] {
  return levelNodes(image, image.id, 0);
}

/** @param id the top node's; those below are `ID-b1`, `ID-b2`, … */
function levelNodes(image: Image, id: string, level: number): readonly string[] {
  const readOnly = image.readOnly ?? false;
  const below = `${id}-b${level + 1}`;
  const cache = image.throwAway === true ? { "cache.no-flush": true } : {};
  return [
    ...(image.backing === undefined
      ? []
      : levelNodes({ ...image.backing, id: below, readOnly: true }, id, level + 1)),
    "-blockdev",
    qemuOption(undefined, {
      driver: "file",
      "node-name": `${image.id}-file`,
      filename: image.file,
      "read-only": readOnly,
      ...(readOnly ? {} : { discard: "unmap" }),
      ...cache,
    }),
    "-blockdev",
    qemuOption(undefined, {
      driver: image.format,
      "node-name": image.id,
      file: `${image.id}-file`,
      "read-only": readOnly,
      ...(image.format === "qcow2" && image.backing !== undefined ? { backing: below } : {}),
      ...(readOnly ? {} : { discard: "unmap" }),
      ...cache,
    }),
  ];
}

/** The two flash chips of UEFI; `-machine pflash0=…,pflash1=…` names them. */
export function pflashNodes(firmware: MachineFirmware): readonly string[] {
  if (firmware.kind === "bios") return [];
  return [
    ...blockNodes({ id: "fw-code", file: firmware.code, format: "raw", readOnly: true }),
    ...blockNodes({ id: "fw-vars", file: firmware.vars, format: "raw" }),
  ];
}
