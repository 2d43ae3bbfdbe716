/** SMB dialects in Samba's words (smb.conf(5), `server max protocol`), the oldest first. */
export const smbDialects = ["NT1", "SMB2_02", "SMB2_10", "SMB3_00", "SMB3_02", "SMB3_11"] as const;

/** The newest SMB dialect that a guest speaks. */
export type SmbDialect = (typeof smbDialects)[number];
