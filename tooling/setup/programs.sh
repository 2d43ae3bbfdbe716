# shellcheck shell=bash
# shellcheck disable=SC2034 # read by setup.sh
# What winvm needs from the system: `file or program | Debian package | Fedora | Arch`.
# A line that starts with / names a file, for packages without a program of their own.

winvm_needs_to_run='
qemu-system-x86_64|qemu-system-x86|qemu-system-x86-core|qemu-system-x86
qemu-img|qemu-utils|qemu-img|qemu-img
/usr/share/OVMF/OVMF_CODE_4M.fd|ovmf|edk2-ovmf|edk2-ovmf
vde_switch|vde2|vde2|vde2
setpriv|util-linux|util-linux|util-linux
zstd|zstd|zstd|zstd
xorriso|xorriso|xorriso|libisoburn
grub-mkimage|grub-common|grub2-tools|grub
/usr/lib/grub/i386-pc/boot.img|grub-pc-bin|grub2-pc-modules|grub
/usr/lib/grub/x86_64-efi/kernel.img|grub-efi-amd64-bin|grub2-efi-x64-modules|grub
mformat|mtools|mtools|mtools
mksquashfs|squashfs-tools|squashfs-tools|squashfs-tools
lz4|lz4|lz4|lz4
xz|xz-utils|xz|xz
x86_64-w64-mingw32-gcc|gcc-mingw-w64-x86-64-win32|mingw64-gcc|mingw-w64-gcc
dpkg-deb|dpkg|dpkg|dpkg
'

# shellcheck disable=SC2034 # read by setup.sh
winvm_needs_to_test='
vde_plug|vde2|vde2|vde2
testparm|samba-common-bin|samba-common-tools|samba
fsck.fat|dosfstools|dosfstools|dosfstools
cpio|cpio|cpio|cpio
isoinfo|genisoimage|genisoimage|cdrtools
wimlib-imagex|wimtools|wimlib-utils|wimlib
mkudffs|udftools|udftools|udftools
gpg|gnupg|gnupg2|gnupg
gpgv|gpgv|gnupg2|gnupg
ssh-keygen|openssh-client|openssh-clients|openssh
pgrep|procps|procps-ng|procps-ng
shellcheck|shellcheck|ShellCheck|shellcheck
swtpm|swtpm|swtpm|swtpm
/usr/lib/wine/wine64|wine64|wine-core|wine
'
