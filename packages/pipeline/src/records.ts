import type { Outcome } from "./events/outcome.ts";

/** An installed disk in the store. */
export interface ImageRecord {
  readonly key: string;
  readonly guest: string;
  readonly directory: string;
  /** Bytes on the disk. */
  readonly sizeBytes: number;
  readonly createdAt: string;
  readonly usedAt: string;
  /** `collectGarbage` keeps it. */
  readonly pinned: boolean;
  /** What it was made from, by hash. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A frozen pair in the store. */
export interface StateRecord extends ImageRecord {
  readonly imageKey: string;
  readonly qemuVersion: string;
  readonly accelerator: "kvm" | "tcg";
  /** The name that was given to it last. */
  readonly name?: string;
  /** All its names, the last first. */
  readonly names: readonly string[];
  /** The key of the state that it was made on; absent for a guest's plain state. */
  readonly parent?: string;
  /** The set-up work of a layer: the command, or the shell of a script with its arguments. */
  readonly command?: readonly string[];
  /** The guest's RAM; this and what follows is absent in older states. */
  readonly memoryBytes?: number | undefined;
  readonly cpus?: number | undefined;
  /** Milliseconds from the first machine's stop until both device states were complete. */
  readonly stoppedMs?: number | undefined;
  /**
   * The second in which the guest's clock was stopped and goes on in every run, such as `2026-01-01T00:00:17Z`; absent where the
   * guest did not tell.
   */
  readonly frozenClock?: string | undefined;
  /** The sizes of the device states. */
  readonly deviceBytes?: { readonly guest: number; readonly controller: number } | undefined;
}

/** What `layer` gave. */
export type LayerResult =
  | {
      readonly kind: "layered";
      readonly state: StateRecord;
      /** The store had it already: nothing was run. */
      readonly cached: boolean;
      /** The key of the state that had the name before. */
      readonly movedFrom?: string;
    }
  /** There is no layer, for this reason; `exited` has the code of the work that failed. */
  | { readonly kind: "notMade"; readonly outcome: Outcome };

/** A state that was given a name. */
export interface NamedState {
  readonly name: string;
  readonly state: StateRecord;
  /** The key of the state that had the name before. */
  readonly movedFrom?: string;
}

/** A state that was written into one file. */
export interface ExportRecord {
  /** Its key. */
  readonly state: string;
  /** Absent for a stream. */
  readonly file?: string;
  /** What is in it: `states/4f…`. */
  readonly entries: readonly string[];
  /** Names of states in it. */
  readonly names: readonly string[];
  /** Bytes of the file. */
  readonly sizeBytes: number;
  /** Bytes that were compressed: what is neither hole nor zero. */
  readonly dataBytes: number;
}

/** A state that was taken from a file. */
export interface ImportRecord {
  readonly state: StateRecord;
  readonly entries: readonly {
    readonly what: string;
    /** Whether the store had it not. */
    readonly added: boolean;
  }[];
  /** The names that the file brought, and whether each is here now the name of the same state. */
  readonly names: readonly {
    readonly name: string;
    readonly key: string;
    readonly given: boolean;
    /** Why it was not given, in words. */
    readonly why?: string;
  }[];
}

/** What a run gave. */
export interface RunResult {
  readonly runId: string;
  readonly outcome: Outcome;
  /** Milliseconds from the spawn of the first process to the guest's first answer; absent when it did not come. */
  readonly reviveMs?: number;
}

/** What `collectGarbage` did. */
export interface GarbageReport {
  readonly removed: readonly {
    readonly what: string;
    readonly sizeBytes: number;
    readonly why: string;
  }[];
  readonly kept: readonly {
    readonly what: string;
    readonly sizeBytes: number;
    readonly why: string;
  }[];
  readonly freedBytes: number;
  /** What the store still takes, with what is never removed. */
  readonly remainingBytes: number;
}

/** One need of winvm and how this host meets it. */
export interface HostNeed {
  /** `qemu-system-x86_64`, `accelerator`, `memory`, `disk`, `open files`, … */
  readonly name: string;
  readonly status: "ok" | "warning" | "lacking";
  /** What was found: a version, a size, a reason. */
  readonly found: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** An answer file, and where Setup looks for it. */
export interface AnswerRecord {
  readonly guest: string;
  readonly architecture: "amd64" | "x86";
  readonly firmware: "bios" | "uefi";
  readonly fileName: "Autounattend.xml" | "winnt.sif";
  /** What carries it, in its root. */
  readonly medium: "floppy" | "cdrom";
  /** The file: ASCII, lines ended by CR LF. */
  readonly text: string;
  /** Drivers that Setup finds by itself once they lie at that place in the root of any drive, as on the set-up medium. */
  readonly drivers: readonly { readonly directory: string; readonly place: string }[];
  /** Administrator's password, and the further account's. */
  readonly password: string;
  /** It was not given. */
  readonly passwordMadeUp: boolean;
}

/** Set-up media in a directory of the host. */
export interface SetupMediaRecord {
  readonly guest: string;
  readonly directory: string;
  /** Names of what was written, in order. */
  readonly files: readonly string[];
}
