/** What goes into the ISO, as data. */
export interface ReferenceRecipe {
  /** Debian packages, by name; what they depend on comes along where it is used. */
  readonly packages: readonly string[];
  /** The command line of the kernel, of Setup and of the installed system. */
  readonly kernelOptions: string;
  /** Kernel modules of the first stage: enough to find the CD or the disk. */
  readonly firstModules: readonly string[];
  /** Kernel modules of the system. */
  readonly modules: readonly string[];
}

/** Raised when the way of building changes the result, so that an old ISO is not taken for a new one. */
export const RECIPE_FORMAT = 3;

/** The ISO that {@link buildReferenceIso} makes. */
export const REFERENCE_RECIPE: ReferenceRecipe = {
  // Self-tests of ciphers cost seconds under emulation, and the machine has no secrets of others to leak. norandmaps: one
  // library at one address in all programs, which an emulator translates once. It also translates anew what it runs after
  // a revival: checks, accounts and erasures on the way of each call are left out.
  kernelOptions: [
    "quiet console=ttyS0 console=tty0 panic=1 ipv6.disable=1",
    "mitigations=off cryptomgr.notests norandmaps",
    "lsm=capability audit=0 psi=0 cgroup_disable=memory",
    "init_on_alloc=0 hardened_usercopy=off randomize_kstack_offset=off",
    // One processor at first: what runs at the start may want no more (see guest/rootfs/usr/lib/winvm/boot).
    "tsc=reliable no_timer_check nowatchdog maxcpus=1",
    // Tests at the start that cryptomgr.notests leaves in, and of the tracer.
    "initcall_blacklist=crypto_kdf108_init,init_kprobe_trace",
  ].join(" "),
  packages: [
    // The kernel with all drivers: the one for clouds has neither IDE nor old network cards.
    "linux-image-amd64",
    // What a POSIX command finds in Cygwin's base.
    "bash",
    "bzip2",
    "coreutils",
    "diffutils",
    "findutils",
    "grep",
    "gzip",
    // The locale C.UTF-8, without which Wine takes arguments for ASCII.
    "libc-bin",
    "mawk",
    "ncurses-base",
    "procps",
    "sed",
    "tar",
    "xz-utils",
    // The system itself.
    "busybox-static",
    "dash",
    "e2fsprogs",
    "fdisk",
    "libpam-modules",
    "opendoas",
    "openssh-client",
    "openssh-server",
    "util-linux",
    // Windows programs. bcrypt and schannel load GnuTLS, fonts need FreeType and fontconfig: all by dlopen. Without
    // fontconfig Wine 8 crashes as soon as a program wants a window, its own at the first start included.
    "fonts-wine",
    "libfontconfig1",
    "libfreetype6",
    "libgnutls30",
    "libwine",
    "wine64",
    // For Node, which reads the answer files.
    "libatomic1",
    "libstdc++6",
  ],
  firstModules: [
    "ahci",
    "ata_generic",
    "ata_piix",
    "crc32c_generic",
    "ext4",
    "isofs",
    "loop",
    "nvme",
    "overlay",
    "sd_mod",
    "squashfs",
    "sr_mod",
    "usb_storage",
    "ehci_pci",
    "uhci_hcd",
    "xhci_pci",
    "virtio_blk",
    "virtio_pci",
    "virtio_scsi",
  ],
  modules: [
    "8139cp",
    "e1000",
    "e1000e",
    "pcnet32",
    "virtio_net",
    "floppy",
    "vfat",
    "nls_ascii",
    "nls_cp437",
    "nls_iso8859_1",
    "nls_utf8",
    "binfmt_misc",
    "button",
    // Where the host says which Windows is played.
    "qemu_fw_cfg",
    "evdev",
    "hid_generic",
    "usbhid",
    "cifs",
    // What SMB 2 and 3 sign and encrypt with.
    "aes_generic",
    "ccm",
    "cmac",
    "ctr",
    "ecb",
    "gcm",
    "ghash_generic",
    "hmac",
    "md5",
    "sha256_generic",
    "sha512_generic",
  ],
};

/**
 * Members of the packages' dependencies that nothing here runs: sound, pictures, cameras and the desktop, which Wine's
 * libraries load if they are there, and what only maintainer scripts need.
 */
const UNUSED =
  /^(adduser|debconf|dpkg|fontconfig|fonts-dejavu|gcc-12-base|init-system|initramfs|iso-codes|klibc|kmod$|libabsl|libaom|libapparmor|libasound|libasync|libavif|libcapi20|libcurl|libdav1d|libde265|libdbus|libdeflate|libdw|libexif|libflac|libfontconfig|libgav1|libgd3|libgdbm|libglib2|libgphoto2|libgstreamer|libheif|libicu|libjbig|libjpeg|libklibc|libldap|liblerc|libltdl|libmp3lame|libmpg123|libnghttp2|libnuma|libogg|libopus|liborc|libpcap|libperl|libpsl|libpulse|librav1e|librtmp|libsasl2|libsndfile|libssh2|libsvtav1|libtiff|libusb|libvorbis|libwebp|libx11|libx265|libxau|libxcb|libxdmcp|libxext|libxml2|libxpm|libyuv|linux-base|logsave|lsb-base|ocl-icd|passwd|perl|runit|sensible-utils|sysvinit|ucf|udev)/;

/** Whether something of a package of the closure is used. */
export function isUsedPackage(name: string, recipe: ReferenceRecipe): boolean {
  return recipe.packages.includes(name) || !UNUSED.test(name);
}

/** Not unpacked: what nobody reads in there. */
export const LEFT_OUT = [
  "usr/share/doc/*",
  "usr/share/doc-base/*",
  "usr/share/man/*",
  "usr/share/info/*",
  "usr/share/locale/*",
  "usr/share/lintian/*",
  "usr/share/bug/*",
  "usr/share/bash-completion/*",
  "usr/share/initramfs-tools/*",
  "usr/share/wine/applications/*",
  "usr/lib/systemd/*",
  "lib/systemd/*",
  "lib/modules/*",
  "boot/*",
  "usr/lib/x86_64-linux-gnu/gconv/*",
  // Compilers' files for Windows programs; their one library that Wine needs is taken by itself.
  "usr/x86_64-w64-mingw32/include/*",
  "usr/x86_64-w64-mingw32/lib/*.a",
  "usr/i686-w64-mingw32/*",
] as const;
