import { existsSync, statfsSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PipelineError } from "../errors.ts";

/** The kinds of things that the store keeps under a key. */
export type StoreKind = "images" | "states" | "media";

/**
 * Where everything is in a store. Nothing else builds these paths.
 *
 * ```
 * <store>/                      0700
 *   media/<key>/                controller image, reference ISO: complete, never changed
 *   images/<key>/               an installed disk, its secrets, its manifest.json
 *   states/<key>/               a frozen pair: RAM files, device states, overlay, secrets, manifest.json
 *   runs/<id>/                  a clone, a rehearsal or a maker at work: owner.json (what it uses), disk, logs, xchg/; removed at the end
 *   pools/<key>/                a pool of standing pairs: its socket, its lock
 *   failures/<id>/              what is left to look at when a machine failed
 *   cache/                      downloaded packages, the accelerator's and QEMU's probed features
 *   cache/verified/<kind>-<key> by which stamps the files are recognised whose content was compared
 *   locks/<kind>-<key>          one for each key, held by pid and start time
 *   names/<name>                a state's name and its key
 *   pins/<kind>-<key>           the thing is pinned: gc keeps it, and what it needs
 *   used/<kind>-<key>           its time of modification says when the thing was last used
 *   <kind>/.new-<key>-<pid>-…   something being made; renamed when it is complete
 *   <kind>/.old-<key>-<pid>-…   whole, and about to be replaced: put back where its successor never got the name
 *   <kind>/.gone-<key>-<pid>-…  being removed
 * ```
 */
export interface StoreLayout {
  readonly root: string;
  kind(kind: StoreKind): string;
  entry(kind: StoreKind, key: string): string;
  manifest(kind: StoreKind, key: string): string;
  lock(kind: StoreKind, key: string): string;
  used(kind: StoreKind, key: string): string;
  readonly names: string;
  verified(kind: StoreKind, key: string): string;
  /** As `verified`, of files of this host that states depend on. */
  readonly verifiedHost: string;
  pin(kind: StoreKind, key: string): string;
  readonly runs: string;
  readonly pools: string;
  readonly failures: string;
  readonly cache: string;
  readonly packages: string;
  readonly features: string;
  readonly accelerator: string;
}

/**
 * The paths of the store at `root`.
 *
 * @throws PipelineError `PIPELINE_STORE_UNUSABLE` where no directory can ever be made.
 */
export function storeLayout(root: string): StoreLayout {
  refuseProc(root);
  return {
    root,
    kind: (kind) => join(root, kind),
    entry: (kind, key) => join(root, kind, key),
    manifest: (kind, key) => join(root, kind, key, "manifest.json"),
    lock: (kind, key) => join(root, "locks", `${kind}-${key}`),
    used: (kind, key) => join(root, "used", `${kind}-${key}`),
    names: join(root, "names"),
    verified: (kind, key) => join(root, "cache", "verified", `${kind}-${key}.json`),
    verifiedHost: join(root, "cache", "verified", "host.json"),
    pin: (kind, key) => join(root, "pins", `${kind}-${key}`),
    runs: join(root, "runs"),
    pools: join(root, "pools"),
    failures: join(root, "failures"),
    cache: join(root, "cache"),
    packages: join(root, "cache", "packages"),
    features: join(root, "cache", "qemu-features.json"),
    accelerator: join(root, "cache", "accelerator.json"),
  };
}

/** Linux' `PROC_SUPER_MAGIC`. */
export const procType = 0x9fa0;

/** /proc answers a mkdir as if the directory above were missing, and Node's recursive one then tries for ever. */
function refuseProc(root: string): void {
  let there = resolve(root);
  while (!existsSync(there)) there = dirname(there);
  if (statfsSync(there).type !== procType) return;
  throw new PipelineError({
    code: "PIPELINE_STORE_UNUSABLE",
    asked: `open the store ${root}`,
    happened: `${there} belongs to the kernel: no directory can be made in it`,
    hint: "name another directory with --store or WINVM_STORE",
  });
}

/**
 * `$WINVM_STORE`, else `$XDG_CACHE_HOME/winvm`, else `~/.cache/winvm` (XDG Base Directory Specification).
 *
 * @throws PipelineError `PIPELINE_STORE_UNUSABLE` where there is no home directory.
 */
export function defaultStore(env: NodeJS.ProcessEnv = process.env): string {
  const own = env["WINVM_STORE"];
  if (own !== undefined && own !== "") return own;
  const cache = env["XDG_CACHE_HOME"];
  // The specification: a path that is not absolute is to be ignored.
  return join(cache?.startsWith("/") ? cache : join(homeDirectory(env), ".cache"), "winvm");
}

/** `$HOME`, but for one that is empty or not absolute, which would be the working directory or below it. */
function homeDirectory(env: NodeJS.ProcessEnv): string {
  const own = env["HOME"];
  if (own?.startsWith("/")) return own;
  let known = "";
  try {
    known = userInfo().homedir;
  } catch {
    // A user id that is in no list of users, as in a container.
  }
  if (known.startsWith("/")) return known;
  throw new PipelineError({
    code: "PIPELINE_STORE_UNUSABLE",
    asked: "find the store",
    happened: `HOME names no absolute directory, and the list of users none for user ${process.getuid?.()}`,
    hint: "set HOME, XDG_CACHE_HOME or WINVM_STORE, or name a directory with --store",
  });
}

/** The directory within an entry of media that its builder made. */
export const mediaContent = "content";

/** What is in an image's directory. */
export const imageFiles = {
  disk: "disk.qcow2",
  firmwareVariables: "vars.fd",
  guestKey: "guest_ed25519",
  secrets: "secrets.json",
  log: "serial.log",
} as const;

/** What is in a state's directory. */
export const stateFiles = {
  disk: "disk.qcow2",
  overlay: "overlay.qcow2",
  firmwareVariables: "vars.fd",
  guestMemory: "guest.ram",
  guestDevices: "guest.state",
  controllerMemory: "controller.ram",
  controllerDevices: "controller.state",
  controllerKey: "controller_ed25519",
} as const;

/** What is in a pool's directory. */
export const poolFiles = { socket: "socket", lock: "lock" } as const;

/** What is in a run's directory. */
export const runFiles = {
  owner: "owner.json",
  exchange: "xchg",
  empty: "empty",
  overlay: "disk.qcow2",
  firmwareVariables: "vars.fd",
  guestLog: "guest.log",
  controllerLog: "controller.log",
} as const;

/** Where the guest's runner leaves what it has to say, in an exchange directory. */
export function runnerLogIn(exchange: string): string {
  return join(exchange, "log", "runner.log");
}
