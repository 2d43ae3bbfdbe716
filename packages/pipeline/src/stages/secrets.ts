import { createSmbPassword } from "@winvm/unattend";
import type { ImageSecrets } from "./setup-media.ts";

/** Makes up what was not given. */
export function makeSecrets(password: string | undefined): ImageSecrets {
  return {
    user: "Administrator",
    smbUser: "winvm",
    smbPassword: createSmbPassword(),
    adminPassword: password ?? createSmbPassword(),
  };
}
