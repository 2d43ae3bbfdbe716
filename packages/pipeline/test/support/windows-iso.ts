import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";

/** Programs that {@link windowsIso} needs, and their packages. */
export const isoPrograms = { "wimlib-imagex": "wimtools", genisoimage: "genisoimage" };

/** Makes an ISO that holds what tells one Windows from another, and boot images that only halt. */
export async function windowsIso(options: {
  readonly build: number;
  readonly editions: readonly (readonly [name: string, id: string])[];
  readonly language?: string;
  readonly label?: string;
}): Promise<string> {
  const directory = temporaryDirectory();
  const tree = join(directory, "tree");
  const language = options.language ?? "en-US";
  mkdirSync(join(tree, "sources"), { recursive: true });
  writeFileSync(join(tree, "boot.bin"), Buffer.alloc(2048, 0xf4));
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
  const boot = ["boot.bin", "-no-emul-boot"];
  const entries = ["-b", ...boot, "-eltorito-alt-boot", "-e", ...boot];
  await runProgram("genisoimage", ["-quiet", "-udf", "-V", label, "-o", iso, ...entries, tree]);
  return iso;
}
