/** What `isoinfo -d` printed of a medium. */
export interface DumpedVolume {
  readonly volumeId: string;
  readonly sectors: number;
  readonly boot?:
    | {
        readonly catalog: number;
        readonly platform: number;
      }
    | undefined;
}

export function parseDump(text: string): DumpedVolume {
  const field = (pattern: RegExp): string => pattern.exec(text)?.[1]?.trim() ?? "";
  const catalog = field(/boot catalog is in sector (\d+)/);
  const platform = field(/Arch (\d+)/);
  return {
    volumeId: field(/^Volume id: ?(.*)$/m),
    sectors: Number(field(/^Volume size is: (\d+)$/m)),
    boot:
      catalog === ""
        ? undefined
        : {
            catalog: Number(catalog),
            platform: Number(platform),
          },
  };
}

/** The first sectors of that medium again: descriptors and boot catalogue. */
export function dumpImage({ volumeId, sectors, boot }: DumpedVolume): Buffer {
  const image = Buffer.alloc(40 * 2048);
  const descriptor = (at: number, type: number): Buffer => {
    const sector = image.subarray(at * 2048, (at + 1) * 2048);
    sector.writeUInt8(type, 0);
    sector.write("CD001\x01", 1, "latin1");
    return sector;
  };
  const primary = descriptor(16, 1);
  primary.write(volumeId.padEnd(32), 40, "latin1");
  primary.writeUInt32LE(sectors, 80);
  if (boot !== undefined) {
    const record = descriptor(17, 0);
    record.write("EL TORITO SPECIFICATION", 7, "latin1");
    record.writeUInt32LE(boot.catalog, 71);
    const catalog = image.subarray(boot.catalog * 2048, (boot.catalog + 1) * 2048);
    catalog.writeUInt8(1, 0);
    catalog.writeUInt8(boot.platform, 1);
    catalog.writeUInt16LE(0xaa55, 30);
    let sum = 0;
    for (let at = 0; at < 32; at += 2) sum += catalog.readUInt16LE(at);
    catalog.writeUInt16LE(-sum & 0xffff, 28);
    catalog.writeUInt8(0x88, 32);
  }
  descriptor(boot === undefined ? 17 : 18, 255);
  return image;
}
