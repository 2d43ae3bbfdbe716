/** The shells whose scripts a job can be. */
export type Shell = "bash" | "cmd" | "powershell";

/** What is to be run. */
export type JobCommand =
  /** A program with its arguments, exactly as given; found as a shell finds it. */
  | { readonly kind: "argv"; readonly argv: readonly string[] }
  /** A script of one of the guest's shells. */
  | {
      readonly kind: "script";
      readonly shell: Shell;
      readonly text: string | Uint8Array;
      readonly args?: readonly string[] | undefined;
    };

/** One thing to be done in the guest. */
export interface Job {
  readonly command: JobCommand;
  /** Added to the guest's environment; nothing of the host's comes along. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** A POSIX or Windows path in the guest, a relative one below the inputs; the inputs when absent. */
  readonly cwd?: string | undefined;
}
