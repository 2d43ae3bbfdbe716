import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";

/** What `wimlib-imagex` writes into the XML of an image. */
export interface WimImageOptions {
  readonly name: string;
  /** Element paths below IMAGE → text: `WINDOWS/EDITIONID`. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The properties that Microsoft's images have. */
export function windowsProperties(options: {
  readonly build: number;
  readonly edition: string;
  readonly type?: string;
  readonly architecture?: "x86" | "amd64" | "arm64";
  readonly languages?: readonly string[];
}): Record<string, string> {
  const {
    build,
    edition,
    type = "Client",
    architecture = "amd64",
    languages = ["en-US"],
  } = options;
  const [major, minor] =
    build < 7000
      ? [6, 0]
      : build < 9000
        ? [6, 1]
        : build < 9300
          ? [6, 2]
          : build < 9700
            ? [6, 3]
            : [10, 0];
  return {
    "WINDOWS/ARCH": { x86: "0", amd64: "9", arm64: "12" }[architecture],
    "WINDOWS/EDITIONID": edition,
    "WINDOWS/INSTALLATIONTYPE": type,
    "WINDOWS/PRODUCTTYPE": type.startsWith("Server") ? "ServerNT" : "WinNT",
    ...Object.fromEntries(
      languages.map((tag, at) => [`WINDOWS/LANGUAGES/LANGUAGE[${at + 1}]`, tag]),
    ),
    "WINDOWS/LANGUAGES/DEFAULT": languages[0] ?? "",
    "WINDOWS/VERSION/MAJOR": String(major),
    "WINDOWS/VERSION/MINOR": String(minor),
    "WINDOWS/VERSION/BUILD": String(build),
    "WINDOWS/VERSION/SPBUILD": "1",
  };
}

/** Makes a WIM, or with `solid` an ESD, by the real program. */
export async function makeWim(
  file: string,
  images: readonly WimImageOptions[],
  { solid = false }: { readonly solid?: boolean } = {},
): Promise<void> {
  const tree = temporaryDirectory();
  writeFileSync(join(tree, "explorer.exe"), "not really");
  mkdirSync(dirname(file), { recursive: true });
  for (const [at, { name, properties }] of images.entries()) {
    await runProgram("wimlib-imagex", [
      ...(at === 0 ? ["capture", tree, file] : ["append", tree, file]),
      name,
      ...(solid ? ["--solid"] : []),
      ...Object.entries(properties).map(([path, value]) => `--image-property=${path}=${value}`),
    ]);
  }
}

/** A tree of files: content, or what makes the file. */
export type MediaTree = Readonly<
  Record<string, string | Buffer | ((file: string) => Promise<void>)>
>;

/** Writes a tree below a fresh directory. */
export async function makeTree(tree: MediaTree): Promise<string> {
  const directory = temporaryDirectory();
  for (const [path, content] of Object.entries(tree)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === "function") await content(file);
    else writeFileSync(file, content);
  }
  return directory;
}

/**
 * A UDF bridge disc as Microsoft makes them: the ISO 9660 part leads to a readme only, the UDF part to everything;
 * boot images for BIOS and UEFI.
 */
export async function makeBridge(iso: string, volumeId: string, tree: MediaTree): Promise<void> {
  const directory = await makeTree({
    "README.TXT": "This disc contains a UDF file system.\r\n",
    "boot/etfsboot.com": Buffer.alloc(2048, 0xf4),
    "efi/microsoft/boot/efisys.bin": Buffer.alloc(4096, 0xf4),
    ...tree,
  });
  const hidden = ["boot", "efi", ...Object.keys(tree).map((path) => path.split("/")[0] ?? "")];
  await runProgram("genisoimage", [
    "-quiet",
    "-udf",
    "-allow-limited-size",
    "-V",
    volumeId,
    "-b",
    "boot/etfsboot.com",
    "-no-emul-boot",
    "-boot-load-size",
    "8",
    "-eltorito-alt-boot",
    "-e",
    "efi/microsoft/boot/efisys.bin",
    "-no-emul-boot",
    ...[...new Set(hidden)].flatMap((name) => ["-hide", join(directory, name)]),
    "-o",
    iso,
    directory,
  ]);
}
