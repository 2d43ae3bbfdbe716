/** One Debian package of a resolved set: an exact version with the hash that apt's signed lists give it. */
export interface DebianPackage {
  /** Name, such as `openssh-server`. */
  readonly name: string;
  /** Full version with epoch, such as `1:9.2p1-2+deb12u10`. */
  readonly version: string;
  /** `amd64`, `all`, … */
  readonly architecture: string;
  /** Absolute path of the .deb in the cache; it exists once {@link fetchPackages} has returned. */
  readonly file: string;
  /** SHA-256 of the .deb, lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the .deb in bytes. */
  readonly sizeBytes: number;
}

/** Options that every step on packages takes. */
export interface PackageCacheOptions {
  /** Directory that keeps apt's index and the .debs between runs; made when absent. */
  readonly cacheDirectory: string;
  /** Debian architecture; default `amd64`. */
  readonly architecture?: string | undefined;
}
