// The documents that several profiles cite.

/** Microsoft's answer-file reference. */
export const unattendReference: string =
  "Microsoft, Unattended Windows Setup Reference (state of 2018-12, Windows 10 1809)";

/** Microsoft's overview of where Setup looks for its answer file. */
export const answerFileSearch: string =
  "Microsoft, Windows Setup Automation Overview: implicit answer file search order (floppy and CD roots)";

/** Microsoft's list of keys for volume clients. */
export const clientKeys: string = "Microsoft, Key Management Services (KMS) client activation keys";

/** What newer firmware does with floppies. */
export const floppyUnderUefi: string =
  "packer-plugin-qemu issue 177: no floppy under UEFI; quickemu uses a Joliet ISO for Windows 10 and later";

/** The machine that the reference guest's Setup was tried on. */
export const triedOnQemu: string = "tried with QEMU 7.2 under TCG";
