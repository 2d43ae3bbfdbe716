import * as FatFs from "js-fatfs";

/** Path → content of all files in a FAT image, as ChaN's FatFs reads them: an implementation that is not ours. */
export async function readFat(image: Buffer): Promise<Record<string, Buffer>> {
  const ff = await FatFs.create({ diskio: diskOf(image) });
  const volume = ff.malloc(FatFs.sizeof_FATFS);
  check(ff.f_mount(volume, "", 1));
  return readDirectory(ff, "");
}

function readDirectory(ff: FatFs.FatFs, path: string): Record<string, Buffer> {
  const directory = ff.malloc(FatFs.sizeof_DIR);
  const info = ff.malloc(FatFs.sizeof_FILINFO);
  const found: Record<string, Buffer> = {};
  check(ff.f_opendir(directory, `/${path}`));
  for (;;) {
    check(ff.f_readdir(directory, info));
    const name = ff.FILINFO_fname(info);
    if (name === "") break;
    const below = path === "" ? name : `${path}/${name}`;
    const isDirectory = (ff.FILINFO_fattrib(info) & FatFs.AM_DIR) !== 0;
    if (isDirectory) Object.assign(found, readDirectory(ff, below));
    else found[below] = readContent(ff, below, ff.FILINFO_fsize(info));
  }
  check(ff.f_closedir(directory));
  for (const pointer of [directory, info]) ff.free(pointer);
  return found;
}

function readContent(ff: FatFs.FatFs, path: string, length: number): Buffer {
  const file = ff.malloc(FatFs.sizeof_FIL);
  const bytes = ff.malloc(length + 1);
  const count = ff.malloc(4);
  check(ff.f_open(file, `/${path}`, FatFs.FA_READ));
  check(ff.f_read(file, bytes, length, count));
  const content = Buffer.from(ff.HEAPU8.slice(bytes, bytes + ff.getValue(count, "i32")));
  check(ff.f_close(file));
  for (const pointer of [file, bytes, count]) ff.free(pointer);
  return content;
}

function diskOf(image: Buffer): FatFs.DiskIO {
  const size = 512;
  return {
    initialize: () => 0,
    status: () => FatFs.STA_PROTECT,
    read: (ff, _, pointer, sector, count) => {
      ff.HEAPU8.set(image.subarray(sector * size, (sector + count) * size), pointer);
      return FatFs.RES_OK;
    },
    write: () => FatFs.RES_WRPRT,
    ioctl: (ff, _, command, pointer) => {
      if (command === FatFs.GET_SECTOR_COUNT) ff.setValue(pointer, image.length / size, "i32");
      if (command === FatFs.GET_SECTOR_SIZE) ff.setValue(pointer, size, "i16");
      if (command === FatFs.GET_BLOCK_SIZE) ff.setValue(pointer, 1, "i32");
      return FatFs.RES_OK;
    },
  };
}

function check(result: number): void {
  if (result !== FatFs.FR_OK) throw new Error(`FatFs: ${result}`);
}
