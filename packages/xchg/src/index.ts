export { XchgError } from "./errors.ts";
export { launcher } from "./launcher/launcher.ts";
export { sambaConfig } from "./samba/config.ts";
export { smbDialects } from "./samba/dialect.ts";
export { parseShare } from "./shares/parse.ts";
export { planShares } from "./shares/plan.ts";
export { sharePlaces } from "./shares/places.ts";

export type { XchgErrorCode } from "./errors.ts";
export type { SambaOptions } from "./samba/config.ts";
export type { SmbDialect } from "./samba/dialect.ts";
export type { Share, ShareDirectories, ShareRequest } from "./shares/plan.ts";
export type { SharePlace } from "./shares/places.ts";
