import type { Readable, Writable } from "node:stream";
import type { Architecture, Firmware, ShellProvider, TpmChoice } from "@winvm/unattend";
import type { Job } from "@winvm/xchg";
import type { ClockChoice } from "./clone/clock-choice.ts";
import type { IdentityChoice } from "./clone/identity.ts";
import type { EventListener } from "./events/event.ts";

/** What every verb of the pipeline takes. */
export interface PipelineOptions {
  /** The store's directory; `$XDG_CACHE_HOME/winvm` when absent. */
  readonly store?: string | undefined;
  /** Cancels; what was begun is undone. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: EventListener | undefined;
}

/** How Windows is set up. What is absent is the guest's usual; `@winvm/unattend` says what each may be (`AnswerOptions`). */
export interface SetupRequest {
  /** That of the media; the ISO's when absent. */
  readonly architecture?: Architecture | undefined;
  readonly firmware?: Firmware | undefined;
  /** One of the guest's editions, or the name of an image of the ISO. The guest's first that is there when absent. */
  readonly edition?: string | undefined;
  /** Five groups of five. The key that Microsoft publishes for the edition when absent, where there is one. */
  readonly productKey?: string | undefined;
  /** A language tag; the ISO's when absent. */
  readonly language?: string | undefined;
  readonly keyboard?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly computerName?: string | undefined;
  /** A further local account, with the same password as Administrator. */
  readonly user?: string | undefined;
  /** Made up when absent. It decides nothing about which image is taken: one that is there already keeps its own. */
  readonly password?: string | undefined;
  /** Commands at the first logon, after the set-up. */
  readonly commands?: readonly string[] | undefined;
  readonly tpm?: TpmChoice | undefined;
  /**
   * Directories with drivers: of this host, which the set-up medium then carries, or as Setup sees them (`E:\drivers`).
   * Not with XP and 2003.
   */
  readonly drivers?: readonly string[] | undefined;
  readonly shellProvider?: ShellProvider | undefined;
  /** Win32-OpenSSH as its project publishes it, a `.zip` or `.msi`; for that provider. */
  readonly openSsh?: string | undefined;
}

/** An answer file without media: what else would be read from the ISO is said here. */
export interface AnswerRequest extends SetupRequest {
  /** A name of the catalogue. */
  readonly guest: string;
  /** True for evaluation media. */
  readonly evaluation?: boolean | undefined;
  /** The image in install.wim, by index or name. */
  readonly image?: number | string | undefined;
  /** The guest's address with prefix length. `192.168.0.1/24` when absent, as in all installations of winvm's own. */
  readonly address?: string | undefined;
}

/** An answer file and the media with winvm's own set-up. */
export interface SetupMediaRequest extends AnswerRequest {
  /** Address or name of the server of the guest's shares. `192.168.0.2` when absent, as in all clones. */
  readonly server?: string | undefined;
}

/** Which guest, and what it is installed from. */
export interface GuestRequest extends SetupRequest {
  /** A name of the catalogue. When absent, what the ISO holds, and without an ISO `reference`. */
  readonly guest?: string | undefined;
  /** The Windows installation ISO; not for `reference`, which brings its own. */
  readonly iso?: string | undefined;
  /** The ISO with Cygwin, as `winvm cygwin iso` makes it; for every Windows whose shell it is. */
  readonly cygwin?: string | undefined;
  /** Makes the state anew from its image (and nothing else), for a state that this host can't revive. */
  readonly rebuild?: boolean | undefined;
  /**
   * The guest's RAM in bytes, whole MiB, in the frozen pair and its clones; at installation it is the catalogue's, as when
   * absent. The state's key depends on it, and on the next one.
   */
  readonly memoryBytes?: number | undefined;
  /** The number of the guest's processors, likewise. */
  readonly cpus?: number | undefined;
  /**
   * A text for the guest's POSIX shell that is run before the pair is frozen: every run finds in memory what it has left
   * there. The state's key depends on it; code 0 or nothing is frozen.
   */
  readonly warmUp?: string | undefined;
}

/** A share of a run: `NAME=DIR[:ro]`. */
export interface ShareRequest {
  readonly name: string;
  readonly directory: string;
  readonly readOnly: boolean;
}

/** A job and what belongs to it. */
export interface RunRequest extends GuestRequest {
  /**
   * The state to revive: a guest's name for its plain state, a layer's name, or a key's beginning of at least four digits.
   * Not with `guest`; where it is no guest, nothing that says how one is installed.
   */
  readonly from?: string | undefined;
  readonly job: Job;
  readonly shares?: readonly ShareRequest[] | undefined;
  /** A directory of the host that the job finds, copied, in `WINVM_IN`. */
  readonly inputs?: string | undefined;
  /** A directory of the host that gets what the job leaves in `WINVM_OUT`; made when absent. */
  readonly outputs?: string | undefined;
  /** Milliseconds the command may take, counted from its start. No limit when absent. */
  readonly timeoutMs?: number | undefined;
  /** False: the run revives a pair of its own even where a pool has one that stands ready. */
  readonly pool?: boolean | undefined;
  /** What the clocks of guest and controller show when the command starts. `frozen` when absent. */
  readonly clock?: ClockChoice | undefined;
  /** Whether the guest is what its state is, or one that is not mistaken for another clone. `same` when absent. */
  readonly identity?: IdentityChoice | undefined;
  readonly stdin?: Readable | undefined;
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
  /** A terminal for the command; its error output then comes on `stdout`. */
  readonly terminal?:
    | { readonly term: string; readonly columns: number; readonly rows: number }
    | undefined;
}

/** Set-up work that is frozen with the pair it was done in. */
export interface LayerRequest extends Omit<
  RunRequest,
  "guest" | "warmUp" | "stdin" | "terminal" | "from" | "clock" | "identity"
> {
  /** Small letters, digits, `.`, `_`, `-`; not a guest's name, nothing like a key. */
  readonly name: string;
  /** What it is made on; see {@link RunRequest}. */
  readonly from: string;
  /** Makes the layer anew (and nothing below it). */
  readonly rebuild?: boolean | undefined;
}
