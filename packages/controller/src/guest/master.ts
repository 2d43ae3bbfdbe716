/** Where the ssh master of the guest's connection listens. */
export const MUX_SOCKET = "/run/winvm/mux";
const LOG = "/run/winvm/guest-ssh.log";

/**
 * Pure: the command that makes the one SSH connection to the guest and leaves an ssh master behind that keeps it, with
 * the host's agent for the login only. It says nothing on its own across a freeze: no keepalives on any level.
 */
export function masterArgv(address: string, user: string, port: number): string[] {
  const options = {
    BatchMode: "yes",
    ControlMaster: "yes",
    ControlPath: MUX_SOCKET,
    ConnectTimeout: "30",
    ForwardAgent: "no",
    GlobalKnownHostsFile: "/dev/null",
    IPQoS: "none",
    LogLevel: "VERBOSE",
    PreferredAuthentications: "publickey",
    ServerAliveInterval: "0",
    StrictHostKeyChecking: "no",
    TCPKeepAlive: "no",
    UpdateHostKeys: "no",
    UserKnownHostsFile: "/dev/null",
    // The cheapest first; older servers choose from the rest.
    Ciphers: "^aes128-gcm@openssh.com",
    // Nobody can listen in, today or later; the post-quantum exchange takes seconds in an emulated machine.
    KexAlgorithms: "^curve25519-sha256,curve25519-sha256@libssh.org",
  };
  return [
    "ssh",
    "-F",
    "none",
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    // Into the background once it is logged in, without a command.
    "-f",
    "-N",
    "-E",
    LOG,
    "-p",
    String(port),
    "-l",
    user,
    "--",
    address,
  ];
}

/** Pure: ends a master that is left over, so that there is one connection at most. */
export function endMasterScript(): string {
  return `[ ! -S ${MUX_SOCKET} ] || ssh -F none -o ControlPath=${MUX_SOCKET} -O exit guest 2>/dev/null; rm -f ${MUX_SOCKET} ${LOG}`;
}

/** Pure: prints what the master said last. */
export function masterLogScript(): string {
  return `cat ${LOG}`;
}
