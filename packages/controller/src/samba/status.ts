/** One SMB session. */
export interface SmbSession {
  readonly id: string;
  readonly user: string;
  /** Address of the client. */
  readonly client: string;
  /** `SMB3_11`, … */
  readonly dialect: string;
  /** Process id of the smbd that serves it: the same for as long as the connection lives. */
  readonly serverPid: number;
}

/** One share that a session has connected to. */
export interface SmbTreeConnection {
  readonly id: string;
  readonly share: string;
  readonly sessionId: string;
  readonly serverPid: number;
}

/** Who is connected to Samba. */
export interface SambaStatus {
  readonly sessions: readonly SmbSession[];
  readonly trees: readonly SmbTreeConnection[];
  /** Paths of open files, in Samba's words. */
  readonly openFiles: readonly string[];
}

interface Table {
  readonly [id: string]: Readonly<Record<string, unknown>>;
}

/**
 * Reads the output of `smbstatus --json` (Samba ≥ 4.17).
 *
 * @throws {SyntaxError} when it is no JSON.
 */
export function parseSambaStatus(output: string): SambaStatus {
  const value = JSON.parse(output) as {
    readonly sessions?: Table;
    readonly tcons?: Table;
    readonly open_files?: Table;
  };
  return {
    sessions: Object.entries(value.sessions ?? {}).map(([id, item]) => ({
      id,
      user: text(item["username"]),
      client: text(item["remote_machine"]),
      dialect: text(item["session_dialect"]),
      serverPid: pid(item["server_id"]),
    })),
    trees: Object.entries(value.tcons ?? {}).map(([id, item]) => ({
      id,
      share: text(item["service"]),
      sessionId: text(item["session_id"]),
      serverPid: pid(item["server_id"]),
    })),
    openFiles: Object.entries(value.open_files ?? {}).map(([id, item]) =>
      typeof item["filename"] === "string" ? item["filename"] : id,
    ),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

function pid(value: unknown): number {
  const id = value as { readonly pid?: unknown } | undefined;
  return Number(id?.pid ?? 0);
}
