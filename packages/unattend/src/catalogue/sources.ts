// The documents that several profiles cite.

/** Microsoft's answer-file reference. */
export const unattendReference: string =
  "Microsoft, Unattended Windows Setup Reference (state of 2018-12, Windows 10 1809)";

/** Microsoft's reference of the older answer file. */
export const sifReference: string =
  "Microsoft, ref.chm of the deployment tools (Windows XP SP3 CD, support\\tools\\deploy.cab)";

/** Microsoft's overview of where Setup looks for its answer file. */
export const answerFileSearch: string =
  "Microsoft, Windows Setup Automation Overview: implicit answer file search order (floppy and CD roots)";

/** Microsoft's list of keys for volume clients. */
export const clientKeys: string =
  "Microsoft, Key Management Services (KMS) client activation keys; names of images as answer files in public have them";

/** What newer firmware does with floppies. */
export const floppyUnderUefi: string =
  "packer-plugin-qemu issue 177: no floppy under UEFI; quickemu uses a Joliet ISO for Windows 10 and later";

/** What Setup of each architecture can run on. */
export const setupPlatforms: string =
  "Microsoft, Windows Setup Supported Platforms and Cross-Platform Deployments";

/** The machine that the reference guest's Setup was tried on. */
export const triedOnQemu: string = "tried with QEMU 7.2 under TCG";

/** Who starts each version with which flags under KVM. */
export const enlightenmentHabit: string =
  "quickemu and dockur/windows: Hyper-V enlightenments with KVM from Vista on, none for XP and 2003";

/** Cards that old versions know. */
export const vistaNic: string =
  "VirtualBox manual, network hardware: Vista and later know the 82540EM (e1000)";

/** Who uses the newer card. */
export const e1000eHabit: string =
  "used by other projects; the first Windows with an e1000e driver is not known exactly";

/** Microsoft's tables of builds. */
export const releaseTables: string =
  "Microsoft, release information of each Windows (build numbers)";

/** Which server the newer Windows can do without a download. */
export const opensshRange: string =
  "Microsoft, Get started with OpenSSH for Windows (in-box from Server 2025); Win32-OpenSSH's wiki: Windows 7 and later";

/** Who knows what to do with a TPM 2.0. */
export const tpmRange: string =
  "Microsoft, TPM recommendations: TPM 2.0 is driven in-box from Windows 10 and Server 2016 on";

/** libosinfo's description of one system. */
export function osinfo(id: string, what: string): string {
  return `libosinfo, os/microsoft.com/${id}: ${what}`;
}
