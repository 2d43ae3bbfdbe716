import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";

/** Programs that {@link windowsIso} needs, and their packages. */
export const isoPrograms = { "wimlib-imagex": "wimtools", genisoimage: "genisoimage" };

/** What an ISO is started by. */
export interface BootImages {
  readonly bios: Uint8Array;
  readonly uefi: Uint8Array;
}

const halting: BootImages = { bios: Buffer.alloc(2048, 0xf4), uefi: Buffer.alloc(2048, 0xf4) };

/** Makes an ISO that holds what tells one Windows from another, and boot images that only halt unless others are given. */
export async function windowsIso(options: {
  readonly build: number;
  readonly editions: readonly (readonly [name: string, id: string])[];
  readonly language?: string;
  readonly label?: string;
  readonly boot?: BootImages;
  /** Bytes of zeros that make the ISO larger. */
  readonly padding?: number;
}): Promise<string> {
  const directory = temporaryDirectory();
  const tree = join(directory, "tree");
  const language = options.language ?? "en-US";
  mkdirSync(join(tree, "sources"), { recursive: true });
  const images = options.boot ?? halting;
  writeFileSync(join(tree, "bios.img"), images.bios);
  writeFileSync(join(tree, "uefi.img"), images.uefi);
  const wim = join(directory, "install.wim");
  for (const [at, [name, id]] of options.editions.entries()) {
    const properties = {
      ARCH: "9",
      EDITIONID: id,
      INSTALLATIONTYPE: id.startsWith("Server") ? "Server" : "Client",
      "LANGUAGES/LANGUAGE": language,
      "LANGUAGES/DEFAULT": language,
      "VERSION/MAJOR": "10",
      "VERSION/MINOR": "0",
      "VERSION/BUILD": String(options.build),
    };
    const command = at === 0 ? "capture" : "append";
    const set = Object.entries(properties).map(
      ([path, value]) => `--image-property=WINDOWS/${path}=${value}`,
    );
    await runProgram("wimlib-imagex", [command, tree, wim, name, ...set]);
  }
  await runProgram("mv", [wim, join(tree, "sources", "install.wim")]);
  const iso = join(directory, "windows.iso");
  const label = options.label ?? "CCCOMA_X64FRE_EN-US_DV9";
  writeFileSync(join(tree, "zeros"), Buffer.alloc(options.padding ?? 0));
  const bios = ["-b", "bios.img", "-no-emul-boot", "-boot-load-size", "4"];
  const entries = [...bios, "-eltorito-alt-boot", "-e", "uefi.img", "-no-emul-boot"];
  await runProgram("genisoimage", ["-quiet", "-udf", "-V", label, "-o", iso, ...entries, tree]);
  return iso;
}
