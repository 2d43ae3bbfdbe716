import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The files of this package's `image` directory, which lies beside `src` and `dist` alike. */
export async function readImageFile(name: "init" | "sshd_config"): Promise<string> {
  return readFile(fileURLToPath(new URL(`../../image/${name}`, import.meta.url)), "utf8");
}
