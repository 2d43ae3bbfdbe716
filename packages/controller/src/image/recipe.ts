/** What a controller image is made of. */
export interface ControllerRecipe {
  /** Debian packages to resolve. */
  readonly packages: readonly string[];
  /** Programs that go in, with the libraries they need. */
  readonly programs: readonly string[];
  /** Kernel modules that go in, with the modules they need. */
  readonly modules: readonly string[];
  /** Libraries (without `.so` and version) that a program is linked to but never calls here: stubs stand in. */
  readonly stubs: readonly string[];
}

/**
 * The controller's contents; each is there because something here uses it.
 *
 * The kernel is the generic one: Debian's cloud kernel has no 9p.
 */
export const CONTROLLER_RECIPE: ControllerRecipe = {
  packages: [
    "busybox-static",
    "openssh-server",
    "openssh-client",
    "samba",
    "samba-common-bin",
    "samba-vfs-modules",
    "linux-image-amd64",
  ],
  programs: [
    "bin/busybox",
    // The host's way in, and its key.
    "usr/sbin/sshd",
    "usr/bin/ssh-keygen",
    // The way on into the guest.
    "usr/bin/ssh",
    // The shares; Windows asks srvsvc and wkssvc (in rpcd_classic, started on demand by samba-dcerpcd) about them.
    "usr/sbin/smbd",
    "usr/libexec/samba/samba-dcerpcd",
    "usr/libexec/samba/rpcd_classic",
    // Names with characters that Windows forbids (`vfs objects = catia`).
    "usr/lib/x86_64-linux-gnu/samba/vfs/catia.so",
    // The account, reloading, and who is connected.
    "usr/bin/smbpasswd",
    "usr/bin/smbcontrol",
    "usr/bin/smbstatus",
  ],
  // Samba calls ICU (37 MB with its data) for the charsets UTF8-NFC and UTF8-NFD of Macs only.
  stubs: ["libicui18n", "libicuuc"],
  modules: ["virtio_pci", "virtio_net", "virtio_console", "9p", "9pnet_virtio"],
};

/** Packages of the closure that no program here comes from or links to; they are not even downloaded. */
export function isUsedPackage(name: string, recipe: ControllerRecipe): boolean {
  if (recipe.packages.includes(name) || /^linux-image-\d/.test(name)) return true;
  if (
    /^lib(?:perl|python|klibc|gdbm|proc2|sqlite|semanage|sepol|pam-|audit-common|tirpc-common)/.test(
      name,
    ) ||
    name.endsWith("-perl")
  )
    return false;
  return name.startsWith("lib") || ["zlib1g", "samba-libs"].includes(name);
}

/** Raised when the way of building changes the bytes, so that old images are not taken for new ones. */
export const RECIPE_FORMAT = 2;
