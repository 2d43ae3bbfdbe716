const MARK = "WINVM_RUN";

/**
 * Pure: the command with a mark in its environment, and in that of all that it starts. sshd passes no signal on to what
 * root runs (session.c: only with privilege separation), so {@link killScript} has to find it.
 */
export function markCommand(id: string, command: string): string {
  return `export ${MARK}=${id}\n${command}`;
}

/** Pure: ends everything that bears the mark: SIGTERM, and SIGKILL for what is left after half a second. */
export function killScript(id: string): string {
  return [
    `find_marked() { grep -l -s ${MARK}=${id} /proc/[0-9]*/environ; }`,
    "for signal in TERM KILL; do",
    "  marked=$(find_marked) || exit 0",
    '  for file in $marked; do pid=${file#/proc/}; kill -s "$signal" "${pid%/environ}"; done 2>/dev/null',
    "  for _ in 1 2 3 4 5; do find_marked >/dev/null || exit 0; sleep 0.1; done",
    "done",
  ].join("\n");
}
