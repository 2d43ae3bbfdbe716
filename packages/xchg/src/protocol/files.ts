/**
 * Every name in an exchange directory. The guest sees the directory as `X:\` and `/tmp/xchg`.
 *
 * - `job/` comes from the host, whole, by a rename
 * - `in/` and `out/` are the job's `WINVM_IN` and `WINVM_OUT`
 * - `status/` comes from the guest: a file there is complete when its last line is
 * - `log/` holds what the runner has to say
 */
export const exchangeFiles = {
  job: "job",
  inputs: "in",
  outputs: "out",
  status: "status",
  log: "log",
  /** In `status`: the runner has read the job and starts it. */
  started: "started",
  /** In `status`: how the job ended. */
  outcome: "outcome",
  /** In `log`. */
  runnerLog: "runner.log",
  /** Only where no exchange directory is mounted: a line that whoever stands by reads to hear from the share. */
  standby: "standby",
} as const;

/** The files in `job/`. */
export const jobFileNames = {
  runner: "run-job.sh",
  nonce: "nonce",
  /** Command and arguments, or a script's arguments; each ends with NUL. */
  argv: "argv",
  /** `NAME=VALUE`, each ends with NUL. Absent where the job sets nothing. */
  env: "env",
  /** The working directory; absent for `WINVM_IN`. */
  cwd: "cwd",
  /** `bash`, `cmd` or `powershell`; present with `script`. */
  shell: "shell",
  script: "script",
  /** Lines NAME TAB PLACE TAB LETTER. */
  shares: "shares",
} as const;
