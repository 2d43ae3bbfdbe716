/** What one QEMU binary can do: plain data, found by asking it, never by comparing versions. */
export interface QemuFeatures {
  /** The binary's full path. */
  readonly binary: string;
  /** The program that runs then: another one where `binary` is a script that starts it. */
  readonly executable: string;
  /** For reports and for keys of saved states: a state is revived by the build that saved it. */
  readonly version: string;
  readonly machineTypes: readonly { readonly name: string; readonly alias?: string | undefined }[];
  /** Names of all devices that `-device` takes. */
  readonly devices: readonly string[];
  /** Names of all network backends that `-netdev` takes. */
  readonly netdevs: readonly string[];
  /** `-sandbox` is compiled in. */
  readonly sandbox: boolean;
  /** The KVM accelerator is compiled in; whether this host's KVM works is another question. */
  readonly kvm: boolean;
  /** `memory-backend-file` knows `rom=off`, so that a read-only RAM template can be revived. */
  readonly templateReadOnly: boolean;
  /** The migration capability `x-ignore-shared`. */
  readonly ignoreShared: boolean;
  /** The migration capability `mapped-ram`. */
  readonly mappedRam: boolean;
  /** The migration transport `file`. Later ones load a regular file by it alone, and refuse one that is given as `fd`. */
  readonly fileTransport: boolean;
  /** `screendump` writes PNG. */
  readonly screendumpPng: boolean;
}
