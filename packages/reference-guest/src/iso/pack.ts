import { runProgram } from "@winvm/runtime";

/** Volume label of the ISO. */
export const ISO_LABEL = "WINVM_REFERENCE";

/** Paths that belong to the guest's user, not to root. */
const USERS = ["cygdrive/c", "home/Administrator", "tmp/xchg", "var/lib/wine"];

/** What only its owner may look into. */
const PRIVATE = ["etc/doas.conf", "etc/shadow", "root", "var/cache/ldconfig"];

/** All else anybody may, whatever the umask here is. */
function readable(except: readonly string[]): string[] {
  const tests = ["(type(d)||type(f))", ...except.map((path) => `!pathname(${path})`)];
  return ["-action", `chmod(go+rX)@${tests.join("&&")}`];
}

/** Packs the system: fast to unpack under emulation, all dates alike, owners as in the guest. */
export async function packSystem(root: string, file: string, signal: AbortSignal): Promise<void> {
  const owners = USERS.flatMap((path) => ["-action", `guid(1000,1000)@subpathname(${path})`]);
  await squash(root, file, ["-action", "guid(0,0)@true", ...owners, ...readable(PRIVATE)], signal);
}

/** Packs Setup's programs, not compressed: nearly all is Node, and to unpack its pages takes an emulator seconds. */
export async function packSetup(
  directory: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  await squash(directory, file, ["-all-root", "-noD", "-noF", ...readable([])], signal);
}

async function squash(
  directory: string,
  file: string,
  more: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const args = ["-noappend", "-no-progress", "-quiet", "-no-xattrs", "-comp", "lz4", "-Xhc"];
  const dates = ["-mkfs-time", "0", "-all-time", "0"];
  await runProgram("mksquashfs", [directory, file, ...args, ...dates, ...more], {
    asked: "pack the reference guest",
    signal,
    missingHint: "apt install squashfs-tools",
  });
}

/** Writes the ISO: ISO 9660 with El Torito entries for BIOS and UEFI. */
export async function writeIso(medium: string, file: string, signal: AbortSignal): Promise<void> {
  const bios = [
    "-b",
    "boot/eltorito.img",
    "-no-emul-boot",
    "-boot-load-size",
    "4",
    "-boot-info-table",
    "--grub2-boot-info",
  ];
  const uefi = ["-eltorito-alt-boot", "-e", "boot/efi.img", "-no-emul-boot"];
  await runProgram(
    "xorriso",
    [
      "-as",
      "mkisofs",
      "-quiet",
      "-V",
      ISO_LABEL,
      "-R",
      "-J",
      "-c",
      "boot/catalog",
      ...bios,
      ...uefi,
      "-o",
      file,
      medium,
    ],
    {
      asked: "write the ISO",
      signal,
      missingHint: "apt install xorriso",
      env: { SOURCE_DATE_EPOCH: "1767225600" },
    },
  );
}
