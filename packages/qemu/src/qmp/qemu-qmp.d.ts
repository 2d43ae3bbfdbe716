/** npm `qemu-qmp` 0.5.0, which has no types of its own; only what is used here. */
declare module "qemu-qmp" {
  import { Socket } from "node:net";

  /** A socket that takes its first chunk for a QMP greeting and then asks for `qmp_capabilities`. */
  class QemuQmp extends Socket {
    /** Copied from the greeting, like everything in it. */
    version?: unknown;
    capabilities?: unknown;
  }
  export = QemuQmp;
}
