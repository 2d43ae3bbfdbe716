import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../errors.ts";
import { nixStorePlace } from "../shares/places.ts";
import type { Share } from "../shares/plan.ts";
import { smbDialects, type SmbDialect } from "./dialect.ts";

/** What Samba's configuration is made from. */
export interface SambaOptions {
  /** The newest dialect of the guest; nothing else is offered to it. */
  readonly dialect: SmbDialect;
  readonly shares: readonly Pick<Share, "tag" | "readOnly">[];
  /** The one account, an unprivileged user of the controller. */
  readonly user: string;
}

type Settings = readonly (readonly [name: string, value: string])[];

/** Characters that Windows forbids in names, mapped to where Cygwin puts them (vfs_catia(8), Cygwin's pathnames). */
const catiaMappings =
  "0x22:0xf022,0x2a:0xf02a,0x3a:0xf03a,0x3c:0xf03c,0x3e:0xf03e,0x3f:0xf03f,0x7c:0xf07c";

/**
 * `smb.conf` for one dialect. There is no guest access in any of them: every dialect, NT1 too, logs in with the real
 * account, and nothing runs as root on its behalf.
 *
 * `strict sync` is off everywhere: what the guest writes goes through 9p into the page cache of the host, which
 * outlives the clone, and a clone has no power to fail.
 *
 * @throws XchgError `XCHG_SHARES_INVALID` with all faults.
 */
export function sambaConfig(options: SambaOptions): string {
  throwFaults("XCHG_SHARES_INVALID", "write smb.conf", sambaFaults(options));
  const sections = [
    section("global", globalSettings(options)),
    ...options.shares.map((share) => section(share.tag, shareSettings(share, options.user))),
  ];
  return sections.join("\n");
}

function globalSettings({ dialect, user }: SambaOptions): Settings {
  const old = dialect === "NT1";
  return [
    ["workgroup", "WINVM"],
    ["server role", "standalone server"],
    ["server string", "winvm controller"],
    ["netbios name", "CONTROLLER"],
    ["server min protocol", old ? "NT1" : "SMB2_02"],
    ["server max protocol", dialect],
    // XP answers with NTLMv1 unless it is told otherwise; the network has two machines.
    ["ntlm auth", old ? "ntlmv1-permitted" : "ntlmv2-only"],
    ["lanman auth", "no"],
    ["map to guest", "Never"],
    ["restrict anonymous", "2"],
    ["server signing", old ? "auto" : "default"],
    ["smb ports", old ? "445 139" : "445"],
    ["disable netbios", old ? "no" : "yes"],
    ["passdb backend", "smbpasswd:/etc/samba/smbpasswd"],
    ["force user", user],
    ["load printers", "no"],
    ["disable spoolss", "yes"],
    ["deadtime", "0"],
    ["keepalive", "0"],
    // The host writes behind Samba's back, so nothing may be cached by the client on Samba's word.
    ["oplocks", "no"],
    ["level2 oplocks", "no"],
    ["kernel oplocks", "no"],
    ["smb2 leases", "no"],
    ["strict sync", "no"],
    // A thread for a small read takes longer than the read.
    ["aio read size", "65536"],
    ["strict locking", "auto"],
    ["wide links", "no"],
    ["follow symlinks", "yes"],
    // Over NT1 a client could otherwise make real links in the host's directories, whose programs may follow them.
    ...(old ? ([["unix extensions", "no"]] as const) : []),
    ["preserve case", "yes"],
    ["short preserve case", "yes"],
    // 9p with the security model none has no extended attributes to keep them in.
    ["store dos attributes", "no"],
    ["map archive", "no"],
    ["map hidden", "no"],
    ["map system", "no"],
    ["map readonly", "no"],
    ["ea support", "no"],
    // Windows opens a program to execute it; on its drives that needs no x bit.
    ["acl allow execute always", "yes"],
    ["vfs objects", "catia"],
    ["catia:mappings", catiaMappings],
    ["log level", "1"],
    ["log file", "/var/log/samba/log.smbd"],
    ["max log size", "1000"],
  ];
}

function shareSettings({ tag, readOnly }: Pick<Share, "tag" | "readOnly">, user: string): Settings {
  return [
    // The content is mounted one level below: a mount at the root would be kept busy by the sessions.
    ["path", `/srv/${tag}`],
    // A Nix store has names that differ in case only; elsewhere Windows' programs expect that case does not matter.
    ["case sensitive", tag === nixStorePlace.tag ? "yes" : "auto"],
    ["valid users", user],
    ["read only", readOnly ? "yes" : "no"],
    ["guest ok", "no"],
    ["browseable", "yes"],
    ...(readOnly
      ? []
      : ([
          ["create mask", "0777"],
          ["directory mask", "0777"],
        ] as const)),
  ];
}

function section(name: string, settings: Settings): string {
  return `[${name}]\n${settings.map(([key, value]) => `\t${key} = ${value}\n`).join("")}`;
}

function sambaFaults({ dialect, shares, user }: SambaOptions): readonly Fault[] {
  const faults: Fault[] = [];
  if (!smbDialects.includes(dialect)) {
    faults.push({ path: "dialect", expected: `one of ${smbDialects.join(", ")}`, value: dialect });
  }
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user) || user === "root") {
    faults.push({
      path: "user",
      expected: "an unprivileged user's name in lower case",
      value: user,
    });
  }
  for (const [index, { tag }] of shares.entries()) {
    if (!/^[a-z][a-z0-9]{0,15}$/.test(tag)) {
      const expected = "a lower-case letter, then at most 15 letters or digits";
      faults.push({ path: `shares[${index}].tag`, expected, value: tag });
    }
  }
  return faults;
}
